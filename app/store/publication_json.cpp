#include "app/store/publication_json.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

namespace leadline {

using nlohmann::json;

std::string publication_to_json(const Publication& publication) {
  json findings = json::array();
  for (const PublishedFinding& finding : publication.findings) {
    findings.push_back({{"finding_id", finding.finding_id},
                        {"comment_id", finding.comment_id},
                        {"node_id", finding.node_id},
                        {"retired", finding.retired}});
  }
  json seen = json::array();
  for (const SeenVerdict& verdict : publication.seen) {
    seen.push_back({{"at", verdict.at.time_since_epoch().count()},
                    {"head_sha", verdict.head_sha},
                    {"check_run_id", verdict.check_run_id},
                    {"finding_ids", verdict.finding_ids}});
  }
  json named_bases = json::array();
  for (const NamedBase& named : publication.named_bases) {
    named_bases.push_back({{"base_ref", named.base_ref}, {"check_name", named.check_name}});
  }
  const json document = {{"schema", 1},
                         {"head_sha", publication.head_sha},
                         {"base_sha", publication.base_sha},
                         {"check_run_id", publication.check_run_id},
                         {"sticky_comment_id", publication.sticky_comment_id},
                         {"sticky_hidden", publication.sticky_hidden},
                         {"check_name", publication.check_name},
                         {"named_bases", std::move(named_bases)},
                         {"override_label", publication.override_label},
                         {"overridden", publication.overridden},
                         {"judged_head", publication.judged_head},
                         {"owed_head", publication.owed_head},
                         {"queued_heads", publication.queued_heads},
                         {"left_heads", publication.left_heads},
                         {"left_to_groups", publication.left_to_groups},
                         {"seen", std::move(seen)},
                         {"defaults", publication.defaults},
                         {"defaults_changed_by", publication.defaults_changed_by},
                         {"locked_out", publication.locked_out.time_since_epoch().count()},
                         {"moved_to", publication.moved_to},
                         {"findings", std::move(findings)}};
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

Publication publication_from_json(const std::string& text) {
  try {
    const json document = json::parse(text);
    Publication publication;
    publication.head_sha = document.at("head_sha").get<std::string>();
    publication.check_run_id = document.at("check_run_id").get<std::int64_t>();
    publication.sticky_comment_id = document.at("sticky_comment_id").get<std::int64_t>();
    publication.sticky_hidden = document.at("sticky_hidden").get<bool>();
    // Added later: rows without them are read as before.
    publication.base_sha = document.value("base_sha", "");
    publication.check_name = document.value("check_name", "");
    for (const json& row : document.value("named_bases", json::array())) {
      publication.named_bases.push_back(
          {row.at("base_ref").get<std::string>(), row.at("check_name").get<std::string>()});
    }
    publication.override_label = document.value("override_label", "");
    publication.overridden = document.value("overridden", false);
    publication.judged_head = document.value("judged_head", publication.head_sha);
    publication.owed_head = document.value("owed_head", "");
    publication.queued_heads = document.value("queued_heads", std::vector<std::string>());
    publication.left_heads = document.value("left_heads", std::vector<std::string>());
    publication.left_to_groups = document.value("left_to_groups", std::vector<int>());
    for (const json& row : document.value("seen", json::array())) {
      SeenVerdict verdict;
      verdict.at += std::chrono::milliseconds(row.at("at").get<std::int64_t>());
      verdict.head_sha = row.at("head_sha").get<std::string>();
      verdict.check_run_id = row.value("check_run_id", std::int64_t{0});
      verdict.finding_ids = row.at("finding_ids").get<std::vector<std::string>>();
      publication.seen.push_back(std::move(verdict));
    }
    publication.defaults = document.value("defaults", "");
    publication.defaults_changed_by = document.value("defaults_changed_by", "");
    publication.locked_out +=
        std::chrono::milliseconds(document.value("locked_out", std::int64_t{0}));
    publication.moved_to = document.value("moved_to", "");
    for (const json& row : document.at("findings")) {
      PublishedFinding finding;
      finding.finding_id = row.at("finding_id").get<std::string>();
      finding.comment_id = row.at("comment_id").get<std::int64_t>();
      finding.node_id = row.at("node_id").get<std::string>();
      finding.retired = row.at("retired").get<bool>();
      publication.findings.push_back(std::move(finding));
    }
    return publication;
  } catch (const json::exception& e) {
    throw Error(ErrorKind::bad_input, std::string("reading a stored publication: ") + e.what());
  }
}

} // namespace leadline
