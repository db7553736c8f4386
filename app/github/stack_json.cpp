#include "app/github/stack_json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

namespace leadline {
namespace {

using nlohmann::json;

constexpr std::string_view k_heads = "refs/heads/";

json parse(std::string_view body) {
  json root = json::parse(body, nullptr, false);
  if (root.is_discarded()) {
    throw Error(ErrorKind::unavailable, "the answer is not GitHub's: it is not JSON");
  }
  return root;
}

std::string text_or_empty(const json& object, const char* pointer) {
  const json::json_pointer at(pointer);
  return object.contains(at) && object.at(at).is_string() ? object.at(at).get<std::string>()
                                                          : std::string();
}

std::string text(const json& object, const char* pointer) {
  std::string found = text_or_empty(object, pointer);
  if (found.empty()) {
    throw Error(ErrorKind::unavailable,
                std::string("the answer is not GitHub's: ") + pointer + " is not a text");
  }
  return found;
}

} // namespace

std::vector<RemoteBranch> parse_branches(std::string_view body) {
  const json root = parse(body);
  if (!root.is_array()) {
    throw Error(ErrorKind::unavailable, "the answer is not GitHub's: the root is not a list");
  }
  std::vector<RemoteBranch> branches;
  for (const json& item : root) {
    const std::string ref = text(item, "/ref");
    if (ref.rfind(k_heads, 0) == 0) {
      branches.push_back({ref.substr(k_heads.size()), text(item, "/object/sha")});
    }
  }
  return branches;
}

std::string parse_ref_commit(std::string_view body) { return text(parse(body), "/object/sha"); }

CommitFacts parse_commit_facts(std::string_view body) {
  const json root = parse(body);
  return {text_or_empty(root, "/message"), text_or_empty(root, "/committer/email")};
}

std::string new_pull_json(const NewPull& pull, bool draft) {
  return json{{"title", to_valid_utf8(pull.title)},
              {"body", to_valid_utf8(pull.body)},
              {"head", pull.head},
              {"base", pull.base},
              {"draft", draft}}
      .dump();
}

std::string pull_edit_json(const NewPull& pull) {
  json edit = json::object();
  const auto put = [&](const char* key, const std::string& value) {
    if (!value.empty()) {
      edit[key] = to_valid_utf8(value);
    }
  };
  put("title", pull.title);
  put("body", pull.body);
  put("base", pull.base);
  return edit.dump();
}

} // namespace leadline
