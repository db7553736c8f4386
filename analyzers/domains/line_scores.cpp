#include "analyzers/domains/line_scores.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// How much each kind of evidence weighs against the others. The catalogue knows what a parameter
// is; a word of the key is what its author called it; the path says what the file is mostly about.
constexpr double k_catalogue = 6.0;
constexpr double k_key_word = 2.5;
constexpr double k_parent_word = 0.8;
// "Roll out PgBouncer", the name of a list item, is said for each line below it; in code a parent
// is any name at all.
constexpr double k_title_share = 0.3;
constexpr double k_code_share = 0.4;
constexpr double k_line_word = 0.7;
constexpr double k_line_cap = 2.1;
constexpr double k_path_glob = 1.2;
constexpr double k_path_word = 0.4;
constexpr std::size_t k_short_glob = 40;
constexpr double k_system = 0.8;
constexpr double k_ci = 2.5;
constexpr double k_manifest = 1.5;
constexpr double k_role = 0.3;

// The path without the folders of a layout: Ansible's "roles" hold no permissions.
std::string without_layout(std::string_view path) {
  constexpr std::array<std::string_view, 4> k_layout = {"roles", "templates", "services",
                                                        "modules"};
  std::string kept;
  for (const std::string_view part : split(path, '/')) {
    if (std::find(k_layout.begin(), k_layout.end(), part) == k_layout.end()) {
      kept += part;
      kept += '/';
    }
  }
  return kept;
}

} // namespace

void Scores::add(std::size_t domain, double score, std::string evidence) {
  for (Entry& entry : entries) {
    if (entry.domain == domain) {
      entry.score += score;
      if (score > entry.strongest) {
        entry.strongest = score;
        entry.evidence = std::move(evidence);
      }
      return;
    }
  }
  entries.push_back({domain, score, std::move(evidence), score});
}

void Scores::add_all(const Scores& other, double factor) {
  for (const Entry& entry : other.entries) {
    add(entry.domain, entry.score * factor, entry.evidence);
  }
}

double Scores::of(std::size_t domain) const {
  for (const Entry& entry : entries) {
    if (entry.domain == domain) {
      return entry.score;
    }
  }
  return 0;
}

Scores scores_of_setting(const SettingLine& line, FileRole role, DomainTable& domains) {
  Scores scores;
  const Setting& setting = *line.setting;
  if (line.parameter != nullptr && !line.parameter->domain.empty()) {
    scores.add(domains.require(line.parameter->domain), k_catalogue,
               "catalogue: " + line.parameter->id);
  }
  for (const DomainTable::Hit& hit : domains.hits(setting.key.leaf())) {
    scores.add(hit.domain, k_key_word * hit.weight, "key: " + hit.words);
  }
  const std::vector<std::string>& segments = setting.key.segments;
  const std::size_t parents = segments.empty() ? 0 : segments.size() - 1;
  for (std::size_t i = parents > 3 ? parents - 3 : 0; i < parents; ++i) {
    const double share = (segments[i].find(' ') != std::string::npos ? k_title_share : 1) *
                         (role == FileRole::code ? k_code_share : 1);
    for (const DomainTable::Hit& hit : domains.hits(segments[i])) {
      scores.add(hit.domain, k_parent_word * hit.weight * share, "section: " + segments[i]);
    }
  }
  return scores;
}

Scores scores_of_text(std::string_view text, const DomainTable& domains) {
  Scores scores;
  // A very long line is data; its beginning tells as much.
  for (const DomainTable::Hit& hit : domains.hits(text.substr(0, 500))) {
    const double room = k_line_cap - scores.of(hit.domain);
    if (room > 0) {
      scores.add(hit.domain, std::min(room, k_line_word * hit.weight), "word: " + hit.words);
    }
  }
  return scores;
}

Scores scores_of_file(const FileToChunk& input, DomainTable& domains) {
  Scores scores;
  const std::string& path = input.file->path();
  for (const DomainTable::Hit& hit : domains.path_hits(path)) {
    // A list of endings is no evidence that anybody reads; the one that fits is.
    const std::size_t dot = path.rfind('.');
    scores.add(hit.domain, k_path_glob,
               "path: " + (hit.words.size() <= k_short_glob || dot == std::string::npos
                               ? hit.words
                               : '*' + path.substr(dot)));
  }
  for (const DomainTable::Hit& hit : domains.hits(without_layout(path))) {
    scores.add(hit.domain, k_path_word * hit.weight, "path word: " + hit.words);
  }
  if (input.system != nullptr && !input.system->domain.empty()) {
    scores.add(domains.require(input.system->domain), k_system, "file of " + input.system->title);
  }
  if (input.role == FileRole::ci) {
    scores.add(domains.require("build-ci"), k_ci, "CI file");
  } else if (input.role == FileRole::manifest) {
    scores.add(domains.require("dependencies"), k_manifest, "declares dependencies");
  }
  scores.add(domains.require(default_domain(input.role)), k_role,
             std::string(name_of(input.role)) + " file");
  return scores;
}

std::string_view default_domain(FileRole role) {
  switch (role) {
  case FileRole::lock:
  case FileRole::manifest:
    return "dependencies";
  case FileRole::tests:
    return "tests";
  case FileRole::docs:
  case FileRole::examples:
    return "docs";
  case FileRole::ci:
    return "build-ci";
  case FileRole::code:
    return "application-code";
  case FileRole::reference:
  case FileRole::config:
    return "deploy";
  }
  return "application-code";
}

} // namespace leadline
