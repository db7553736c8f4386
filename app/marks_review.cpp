#include "app/marks_review.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/domains/file_facts.hpp"
#include "analyzers/risk/identity.hpp"
#include "analyzers/settings/extract.hpp"
#include "app/config/attribute_lines.hpp"
#include "app/config_findings.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace leadline {
namespace {

constexpr std::string_view k_name = ".gitattributes";
constexpr std::size_t k_most_lines = 300;          // that are judged of one file
constexpr std::size_t k_most_changed_files = 1000; // looked at
// Below the folders that patterns name, together.
constexpr int k_most_folders = 200;
constexpr int k_most_files = 2000;
constexpr int k_most_read = 50;

bool is_attributes(const std::string& path) {
  return path == k_name || path.ends_with("/" + std::string(k_name));
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

// Configuration that runs somewhere. What leadline reads in code counts little in generated files
// and in others alike.
bool has_role(const std::string& path) {
  const FileRole role = role_of_path(path);
  return role == FileRole::config || role == FileRole::ci || role == FileRole::manifest;
}

bool holds_settings(const std::string& path, std::string_view text) {
  const Format format = detect_kind(path, text).format;
  const bool code = format >= Format::typescript && format <= Format::shell;
  return (format != Format::unknown && format != Format::prose && !code) ||
         Catalog::built_in().system_of_path(path) != nullptr;
}

bool has_extension(const std::string& path) {
  return path.find('.', path.rfind('/') + 1) != std::string::npos; // npos + 1 is 0
}

using Why = std::optional<std::string>; // a pattern is a finding; nullopt where it is none

class MarksReview {
public:
  MarksReview(const ChangeSet& changes, const GitRepository& repository, const Range& range)
      : m_changes(changes), m_base(repository.files(range)),
        m_head(repository.files({range.head, range.head, range.head})) {}

  std::vector<Finding> run() {
    for (const FileChange& file : m_changes.files) {
      const bool was = file.status != FileStatus::added && is_attributes(file.old_path);
      const bool is = file.status != FileStatus::removed && is_attributes(file.new_path);
      const bool stays = was && is && file.old_path == file.new_path;
      const std::string before =
          was ? m_base->read(Side::base, file.old_path).value_or("") : std::string();
      const std::string after =
          is ? m_base->read(Side::head, file.new_path).value_or("") : std::string();
      if (was && !(file.status == FileStatus::copied && !stays)) {
        compare(file.old_path, before, stays ? after : "");
      }
      if (is && !stays) {
        compare(file.new_path, "", after);
      }
    }
    if (m_let_off) {
      look_at_changed_files();
    }
    fold_rest(m_findings);
    return std::move(m_findings);
  }

private:
  enum class Content { known, imagined };

  void compare(const std::string& path, const std::string& before, const std::string& after) {
    std::vector<AttributeLine> old_lines = attribute_lines(before);
    std::vector<AttributeLine> new_lines = attribute_lines(after);
    const auto without = [](std::vector<AttributeLine> lines,
                            const std::vector<AttributeLine>& others) {
      std::erase_if(lines, [&](const AttributeLine& line) {
        return std::any_of(others.begin(), others.end(),
                           [&](const AttributeLine& each) { return each.same(line); });
      });
      return lines;
    };
    if (old_lines.size() > k_most_lines || new_lines.size() > k_most_lines) {
      if (before != after) {
        add(path, "", old_lines, new_lines, 1, "it has too many lines to be looked at");
      }
      return;
    }
    std::vector<AttributeLine> gone = without(old_lines, new_lines);
    std::vector<AttributeLine> come = without(new_lines, old_lines);
    const auto same = [](const AttributeLine& a, const AttributeLine& b) { return a.same(b); };
    const std::vector<AttributeLine> old_kept = without(old_lines, gone);
    const std::vector<AttributeLine> new_kept = without(new_lines, come);
    if (!std::equal(old_kept.begin(), old_kept.end(), new_kept.begin(), new_kept.end(), same)) {
      come = new_lines; // the last one that matches decides
      gone = old_lines;
    }
    std::vector<std::string> judged;
    for (const auto* lines : {&come, &gone}) {
      for (const AttributeLine& line : *lines) {
        const std::string key = (line.macro ? "[attr]" : "") + line.pattern;
        if (std::find(judged.begin(), judged.end(), key) != judged.end()) {
          continue;
        }
        judged.push_back(key);
        if (const Why why = judge(line, folder_of(path), lines == &come)) {
          add(path, key, old_lines, new_lines, lines == &come ? line.line : 1, *why);
        }
      }
    }
  }

  Why judge(const AttributeLine& line, const std::string& folder, bool comes) {
    if (line.macro) {
      return folder.empty() ? Why("a macro may stand for the mark in other lines") : std::nullopt;
    }
    const PatternShape shape = shape_of(line.pattern, folder);
    if (shape.odd) {
      return (comes ? line.may_mark() : line.may_unmark()) ? Why("what it matches is not looked at")
                                                           : std::nullopt;
    }
    if (shape.literal &&
        (readable(Side::head, shape.example) || readable(Side::base, shape.example))) {
      return is_hidden(shape.example, Content::known) ? Why(shape.example) : std::nullopt;
    }
    if (!is_hidden(shape.example, Content::imagined)) {
      return std::nullopt;
    }
    if (!shape.literal && !shape.folder.empty()) {
      return look_below(shape.folder);
    }
    if (shape.says_generated) {
      m_let_off = true;
      return std::nullopt;
    }
    return Why("files such as " + shape.example);
  }

  // Whether the marks of the head are why nobody reads the file line by line.
  bool is_hidden(const std::string& path, Content content) {
    if (!has_role(path)) {
      return false;
    }
    FileChange file;
    file.status = FileStatus::modified;
    file.old_path = path;
    file.new_path = path;
    const PathMarks marks = m_head->marks(path);
    if (noise_of_file(file, marks, std::nullopt, std::nullopt).empty()) {
      return false;
    }
    const bool by_name = holds_settings(path, "x\n"); // a ".conf" with any text
    const bool by_text = content == Content::known && !by_name && !has_extension(path);
    if (!by_name && !by_text) {
      return false;
    }
    std::optional<std::string> text;
    if (content == Content::known && --m_reads_left >= 0) {
      text = readable(Side::base, path);
      text = text ? std::move(text) : readable(Side::head, path);
    }
    if (by_text && text && !holds_settings(path, *text)) {
      return false;
    }
    return noise_of_file(file, m_base->marks(path), text, text).empty();
  }

  // What cannot be read does not say of itself that it is generated.
  std::optional<std::string> readable(Side side, const std::string& path) const {
    try {
      return m_base->read(side, path);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::unavailable) {
        throw;
      }
      return std::nullopt;
    }
  }

  // The first file below `folder` that is hidden.
  Why look_below(const std::string& folder) {
    std::deque<std::string> folders = {folder};
    for (; !folders.empty(); folders.pop_front()) {
      if (--m_folders_left < 0) {
        return Why("more folders below " + folder + " than are looked at");
      }
      for (const std::string& name : m_base->entries(Side::head, folders.front())) {
        const std::string path = folders.front() + "/" + name;
        if (name.ends_with("/")) {
          folders.push_back(path.substr(0, path.size() - 1));
        } else if (--m_files_left < 0) {
          return Why("more files below " + folder + " than are looked at");
        } else if (is_hidden(path, Content::known)) {
          return Why(path);
        }
      }
    }
    return std::nullopt;
  }

  void look_at_changed_files() {
    std::size_t looked_at = 0;
    for (const FileChange& file : m_changes.files) {
      if (file.status == FileStatus::removed || ++looked_at > k_most_changed_files) {
        continue;
      }
      const std::string& path = file.new_path;
      if (is_hidden(path, Content::known)) {
        add(nearest_attributes(path), path, {}, {}, 1, path);
      }
    }
  }

  // The changed .gitattributes file of the nearest folder above.
  std::string nearest_attributes(const std::string& path) const {
    std::string found;
    for (const FileChange& file : m_changes.files) {
      const std::string& each = file.path();
      const bool above = is_attributes(each) && path.starts_with(folder_of(each));
      found = above && each.size() >= found.size() ? each : found;
    }
    return found.empty() ? std::string(k_name) : found;
  }

  static std::optional<std::string> said_of(const std::string& key,
                                            const std::vector<AttributeLine>& lines) {
    std::string said;
    for (const AttributeLine& line : lines) {
      if (key.empty() || (line.macro ? "[attr]" : "") + line.pattern == key) {
        said +=
            (said.empty() ? "" : "; ") + (key.empty() ? line.pattern + " " : "") + line.attributes;
      }
    }
    return said.empty() ? std::nullopt : std::optional(said);
  }

  void add(const std::string& path, const std::string& key,
           const std::vector<AttributeLine>& old_lines, const std::vector<AttributeLine>& new_lines,
           int line, const std::string& why) {
    Finding finding = policy_finding(m_changes, "policy.marked", path, line);
    finding.setting = FindingSetting{key, said_of(key, old_lines), said_of(key, new_lines)};
    identify(finding, {.key = key,
                       .old_value = finding.setting->old_value.value_or(""),
                       .new_value = finding.setting->new_value.value_or("")});
    const std::string what = to_valid_utf8(key.substr(0, 200));
    finding.title = fmt::format("files with settings count as generated or vendored: {} ({})",
                                what.empty() ? path : what, to_valid_utf8(why.substr(0, 200)));
    finding.message =
        "What is marked so is not read line by line: from the merge on, what is found in these "
        "files weighs less.\nThis pull request itself is judged by the marks of its merge base.";
    finding.reasons.push_back("the marks of the head cover what those of the merge base do not: " +
                              to_valid_utf8(why));
    m_findings.push_back(std::move(finding));
  }

  const ChangeSet& m_changes;
  std::unique_ptr<FileSource> m_base; // with the marks of the merge base
  std::unique_ptr<FileSource> m_head; // with those of the head
  std::vector<Finding> m_findings;
  bool m_let_off = false; // a pattern that says itself that it is about generated files
  int m_folders_left = k_most_folders;
  int m_files_left = k_most_files;
  int m_reads_left = k_most_read;
};

} // namespace

std::vector<Finding> marks_findings(const ChangeSet& changes, const GitRepository& repository,
                                    const Range& range) {
  const bool any = std::any_of(changes.files.begin(), changes.files.end(), [](const FileChange& f) {
    return is_attributes(f.old_path) || is_attributes(f.new_path);
  });
  return any ? MarksReview(changes, repository, range).run() : std::vector<Finding>();
}

} // namespace leadline
