#include "app/github/graphql_answer_json.hpp"
#include "app/github/merge_queue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace leadline {

using namespace graphql;

namespace {

using nlohmann::json;

constexpr const char* k_queue_query =
    "query MergeQueue($owner: String!, $name: String!, $branch: String!, $ref: String!, "
    "$groups: String!) { repository(owner: $owner, name: $name) { "
    "mergeQueue(branch: $branch) { configuration { mergingStrategy } } "
    "ref(qualifiedName: $ref) { target { oid } } "
    "refs(refPrefix: $groups, first: 100) { nodes { name target { oid } } } } }";

constexpr const char* k_default_queue_query = "query MergeQueue($owner: String!, $name: String!) { "
                                              "repository(owner: $owner, name: $name) { "
                                              "mergeQueue { configuration { mergingStrategy } } "
                                              "ref: defaultBranchRef { target { oid } } } }";

bool is_about_queue(const json& error) {
  const json* path = error.is_object() ? find(error, "path") : nullptr;
  return path != nullptr && path->is_array() && path->size() >= 2 && (*path)[1] == "mergeQueue";
}

MergingStrategy strategy_of(const json& repository) {
  const json* queue = find(repository, "mergeQueue");
  const json* configuration = queue != nullptr ? find(*queue, "configuration") : nullptr;
  const std::string strategy =
      configuration != nullptr ? text(*configuration, "mergingStrategy") : std::string();
  return strategy == "ALLGREEN"    ? MergingStrategy::all_green
         : strategy == "HEADGREEN" ? MergingStrategy::head_green
                                   : MergingStrategy::unknown;
}

} // namespace

std::string merge_queue_request(std::string_view owner, std::string_view name,
                                const std::string& branch, const std::string& groups) {
  json variables = {{"owner", owner}, {"name", name}};
  if (!branch.empty()) {
    variables["branch"] = branch;
    variables["ref"] = "refs/heads/" + branch;
    variables["groups"] = "refs/heads/" + groups + "/";
  }
  return json{{"operationName", "MergeQueue"},
              {"query", branch.empty() ? k_default_queue_query : k_queue_query},
              {"variables", variables}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

MergeQueue parse_merge_queue(std::string_view body) {
  const json root = parse(body);
  throw_if_limited(root);
  if (const json* errors = errors_of(root);
      errors != nullptr && !std::all_of(errors->begin(), errors->end(), is_about_queue)) {
    throw_errors(root);
  }
  try {
    const json& repository = root.at("data").at("repository");
    MergeQueue queue;
    queue.strategy = strategy_of(repository);
    if (const json* ref = find(repository, "ref"); ref != nullptr) {
      queue.tip = ref->at("target").at("oid").get<std::string>();
    }
    if (const json* refs = find(repository, "refs"); refs != nullptr) {
      for (const json& node : nodes_of(*refs, "refs")) {
        const std::string ref = text(node, "name");
        queue.groups.push_back(
            {ref.substr(ref.rfind('/') + 1), node.at("target").at("oid").get<std::string>()});
      }
    }
    return queue;
  } catch (const json::exception& error) {
    throw not_understood(error.what());
  }
}

} // namespace leadline
