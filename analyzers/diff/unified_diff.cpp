#include "analyzers/diff/unified_diff.hpp"

#include "analyzers/diff/diff_names.hpp"
#include "analyzers/diff/hunk_header.hpp"
#include "analyzers/diff/hunk_reader.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

constexpr std::string_view k_null = "/dev/null";

bool has_prefix(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

class Reader {
public:
  explicit Reader(std::string_view text) : m_blank(trim(text).empty()), m_text(text) {
    m_changes.diff_lines = m_text.lines();
  }

  ChangeSet read() {
    while (!m_text.done()) {
      read_between();
    }
    if (m_changes.files.empty() && m_changes.skipped.empty() && !m_blank) {
      throw Error(ErrorKind::bad_input,
                  "no file entry in the diff: nothing starts with \"diff --git\" "
                  "or \"---\" and \"+++\"");
    }
    return std::move(m_changes);
  }

private:
  // A line outside of any entry.
  void read_between() {
    const std::string_view line = m_text.header();
    if (has_prefix(line, "diff --git ")) {
      read_git_entry();
    } else if (m_text.at_plain_entry()) {
      read_plain_entry();
    } else if (has_prefix(line, "diff --cc ") || has_prefix(line, "diff --combined ") ||
               has_prefix(line, "@@@ -")) {
      m_text.fail(
          "a combined diff (of a merge with all its parents) cannot be read; compare with one "
          "parent");
    } else if (has_prefix(line, "@@ -")) {
      m_text.fail("hunk without a file: " + shown_line(line));
    } else if (has_prefix(line, "Binary files ") || has_prefix(line, "Submodule ") ||
               has_prefix(line, "Only in ")) {
      read_sentence(line);
    } else {
      m_text.next();
    }
  }

  // What git and diff say of a change in words, without an entry around it.
  void read_sentence(std::string_view line) {
    constexpr std::string_view k_differ = " differ";
    if (has_prefix(line, "Binary files ") && line.size() > 13 + k_differ.size() &&
        line.substr(line.size() - k_differ.size()) == k_differ) {
      line.remove_prefix(13);
      line.remove_suffix(k_differ.size());
      if (const auto names = read_binary_names(line)) {
        FileChange& file = add_file(m_text.number());
        file.binary = true;
        name_plainly(file, names->first, names->second);
        if (file.path().empty()) {
          m_text.fail("bad file name: " + shown_line(line));
        }
      }
    } else if (const auto link = read_submodule_line(line)) {
      FileChange& file = add_file(m_text.number());
      file.old_path = file.new_path = link->path;
      file.old_id = link->old_id;
      file.new_id = link->new_id;
      file.status = link->status;
      file.old_mode = link->status == FileStatus::added ? 0 : k_mode_submodule;
      file.new_mode = link->status == FileStatus::removed ? 0 : k_mode_submodule;
    } else if (const std::size_t colon = line.find(": ");
               has_prefix(line, "Only in ") && colon != std::string_view::npos) {
      m_changes.skipped.push_back(
          {std::string(line.substr(8, colon - 8)) + "/" + std::string(line.substr(colon + 2)),
           "on one side only; the diff text does not show it"});
    }
    m_text.next();
  }

  FileChange& add_file(int line) {
    m_changes.files.emplace_back();
    m_changes.files.back().diff_line = line;
    return m_changes.files.back();
  }

  std::string name_of(std::string_view text) const {
    std::optional<std::string> name = read_name(text);
    if (!name || name->empty()) {
      m_text.fail("bad file name: " + shown_line(text));
    }
    return std::move(*name);
  }

  // ---- "diff --git"

  struct Headers {
    std::optional<GitNames> names;
    std::optional<std::string> old_name; // of rename, copy
    std::optional<std::string> new_name;
    bool content_due = false; // the index line has two ids: hunks or a binary change must follow
  };

  void read_git_entry() {
    const int entry_line = m_text.number();
    const std::string_view entry = m_text.line();
    FileChange& file = add_file(entry_line);
    Headers headers;
    headers.names = read_git_names(m_text.header().substr(std::string_view("diff --git ").size()));
    m_text.next();
    while (!m_text.done() && read_extended_header(file, headers)) {
      m_text.next();
    }
    if (headers.old_name && headers.new_name) {
      file.old_path = *headers.old_name;
      file.new_path = *headers.new_name;
    } else if (headers.names) {
      file.old_path = headers.names->old_path;
      file.new_path = headers.names->new_path;
    }
    read_content(file, headers);
    if (file.old_path.empty() || file.new_path.empty()) {
      DiffCursor::fail_at(entry_line, "no file name can be read from " + shown_line(entry));
    }
    if (file.old_path != file.new_path && file.status == FileStatus::modified) {
      file.status = FileStatus::renamed; // `git diff --no-index`, two blobs
    }
    if (m_text.done() && file.hunks.empty() && !file.binary &&
        (headers.content_due || m_text.number() == entry_line + 1)) {
      DiffCursor::fail_at(entry_line, "the diff ends before the change of \"" +
                                          to_valid_utf8(file.path()) + "\"");
    }
    fill_modes(file);
  }

  // Whether the line was an extended header (git-diff(1), "generating patch text with -p").
  bool read_extended_header(FileChange& file, Headers& headers) {
    const std::string_view line = m_text.header();
    const auto rest = [&](std::string_view prefix) { return line.substr(prefix.size()); };
    if (has_prefix(line, "old mode ")) {
      file.old_mode = mode(rest("old mode "));
    } else if (has_prefix(line, "new mode ")) {
      file.new_mode = mode(rest("new mode "));
    } else if (has_prefix(line, "deleted file mode ")) {
      file.old_mode = mode(rest("deleted file mode "));
      file.status = FileStatus::removed;
    } else if (has_prefix(line, "new file mode ")) {
      file.new_mode = mode(rest("new file mode "));
      file.status = FileStatus::added;
    } else if (has_prefix(line, "rename from ")) {
      headers.old_name = name_of(rest("rename from "));
      file.status = FileStatus::renamed;
    } else if (has_prefix(line, "rename to ")) {
      headers.new_name = name_of(rest("rename to "));
      file.status = FileStatus::renamed;
    } else if (has_prefix(line, "copy from ")) {
      headers.old_name = name_of(rest("copy from "));
      file.status = FileStatus::copied;
    } else if (has_prefix(line, "copy to ")) {
      headers.new_name = name_of(rest("copy to "));
      file.status = FileStatus::copied;
    } else if (has_prefix(line, "similarity index ")) {
      file.similarity = per_cent(rest("similarity index "));
    } else if (has_prefix(line, "dissimilarity index ")) {
      per_cent(rest("dissimilarity index "));
    } else if (has_prefix(line, "index ")) {
      read_index(file, headers, rest("index "));
    } else {
      return false;
    }
    return true;
  }

  std::uint32_t mode(std::string_view text) const {
    const std::optional<std::uint32_t> value = read_mode(text);
    if (!value) {
      m_text.fail("bad file mode: " + shown_line(text));
    }
    return *value;
  }

  int per_cent(std::string_view text) const {
    const std::optional<int> value = !text.empty() && text.back() == '%'
                                         ? read_count(text.substr(0, text.size() - 1))
                                         : std::nullopt;
    if (!value || *value > 100) {
      m_text.fail("bad percentage: " + shown_line(text));
    }
    return *value;
  }

  void read_index(FileChange& file, Headers& headers, std::string_view text) const {
    const std::optional<IndexLine> index = read_index_line(text);
    if (!index) {
      m_text.fail("bad index line: " + shown_line(m_text.header()));
    }
    file.old_id = index->old_id;
    file.new_id = index->new_id;
    if (index->mode != 0) {
      file.old_mode = file.new_mode = index->mode;
    }
    // An empty file comes or goes without hunks: the id of the empty blob (SHA-1, SHA-256).
    const bool empty = has_prefix(index->old_id, "e69de29") ||
                       has_prefix(index->new_id, "e69de29") ||
                       has_prefix(index->old_id, "473a0f4") || has_prefix(index->new_id, "473a0f4");
    const bool one_sided = file.status == FileStatus::added || file.status == FileStatus::removed;
    headers.content_due = index->old_id != index->new_id && !(empty && one_sided);
    for (std::string* id : {&file.old_id, &file.new_id}) {
      if (id->find_first_not_of('0') == std::string::npos) {
        id->clear(); // git's word for an absent file
      }
    }
  }

  // The text does not say the mode of a file that was only renamed; an ordinary file is the common
  // case.
  static void fill_modes(FileChange& file) {
    if (file.status != FileStatus::added && file.old_mode == 0) {
      file.old_mode =
          file.new_mode != 0 && file.status != FileStatus::removed ? file.new_mode : k_mode_file;
    }
    if (file.status != FileStatus::removed && file.new_mode == 0) {
      file.new_mode =
          file.old_mode != 0 && file.status != FileStatus::added ? file.old_mode : k_mode_file;
    }
  }

  void read_content(FileChange& file, const Headers& headers) {
    if (has_prefix(m_text.header(), "Binary files ")) {
      file.binary = true;
      m_text.next();
    } else if (m_text.header() == "GIT binary patch") {
      file.binary = true;
      m_text.next();
      read_binary_patch();
    } else if (m_text.starts_with("--- ")) {
      if (!m_text.starts_with("+++ ", 1)) {
        m_text.fail("no \"+++\" line follows " + shown_line(m_text.header()));
      }
      if (!m_text.starts_with("@@ -", 2)) {
        m_text.fail(m_text.starts_with("@@@ -", 2)
                        ? "a combined diff cannot be read; compare with one parent"
                        : "no hunk follows the \"---\" and \"+++\" lines");
      }
      take_names(file, headers);
      file.hunks = read_hunks(m_text);
    } else if (m_text.starts_with("@@ -")) {
      m_text.fail("hunk without \"---\" and \"+++\" lines");
    }
  }

  void take_names(FileChange& file, const Headers& headers) {
    const std::string old_name = name_of(m_text.header().substr(4));
    m_text.next();
    const std::string new_name = name_of(m_text.header().substr(4));
    m_text.next();
    if (headers.names || (headers.old_name && headers.new_name)) {
      return; // the entry's own line and the rename headers carry no doubt
    }
    const bool both = old_name != k_null && new_name != k_null;
    const std::string& name = new_name != k_null ? new_name : old_name;
    if (both && old_name == new_name) {
      file.old_path = file.new_path = name;
    } else {
      file.old_path = file.new_path = std::string(without_first_folder(name));
    }
  }

  // "literal N" or "delta N", base85 lines, an empty line; once or twice (forward and reverse).
  void read_binary_patch() {
    int blocks = 0;
    while (has_prefix(m_text.header(), "literal ") || has_prefix(m_text.header(), "delta ")) {
      if (!read_count(m_text.header().substr(m_text.header().find(' ') + 1))) {
        m_text.fail("bad size of a binary patch: " + shown_line(m_text.header()));
      }
      for (m_text.next(); !m_text.header().empty(); m_text.next()) {
        const std::string_view line = m_text.header();
        const bool length =
            (line[0] >= 'A' && line[0] <= 'Z') || (line[0] >= 'a' && line[0] <= 'z');
        if (!length || line.size() < 6 || line.size() > 66 || line.size() % 5 != 1) {
          m_text.fail("bad line of a binary patch: " + shown_line(line));
        }
      }
      if (m_text.done()) {
        m_text.fail("the diff ends inside a binary patch");
      }
      m_text.next();
      ++blocks;
    }
    if (blocks == 0) {
      m_text.fail("no data follows \"GIT binary patch\"");
    }
  }

  // ---- `diff -u`

  void read_plain_entry() {
    FileChange& file = add_file(m_text.number());
    const std::string old_name = name_of(m_text.header().substr(4));
    const std::string new_name = name_of(m_text.header(1).substr(4));
    m_text.next(2);
    file.hunks = read_hunks(m_text);
    name_plainly(file, old_name, new_name);
    if (file.path().empty()) {
      DiffCursor::fail_at(file.diff_line, "bad file name: " + shown_line(new_name));
    }
    if (file.status == FileStatus::modified && file.hunks.size() == 1) {
      // `diff -N` gives an absent file a name and an old date; its range tells.
      const Hunk& hunk = file.hunks.front();
      if (hunk.old_start == 0) {
        file.status = FileStatus::added;
        file.old_path = file.new_path;
        file.old_mode = 0;
      } else if (hunk.new_start == 0) {
        file.status = FileStatus::removed;
        file.new_path = file.old_path;
        file.new_mode = 0;
      }
    }
  }

  // Names of one file on two sides, when nothing says more. "a/x" and "b/x", or "old/x" and
  // "new/x", are x; "x.orig" and "x" are x.
  static void name_plainly(FileChange& file, const std::string& old_name,
                           const std::string& new_name) {
    const auto plain = [](const std::string& name) {
      return has_prefix(name, "a/") || has_prefix(name, "b/") ? name.substr(2) : name;
    };
    if (old_name == k_null || new_name == k_null) {
      const bool added = old_name == k_null;
      file.old_path = file.new_path = plain(added ? new_name : old_name);
      file.status = added ? FileStatus::added : FileStatus::removed;
    } else if (old_name != new_name &&
               without_first_folder(old_name) == without_first_folder(new_name)) {
      file.old_path = file.new_path = std::string(without_first_folder(new_name));
    } else {
      file.old_path = file.new_path = plain(new_name);
    }
    fill_modes(file);
  }

  bool m_blank = false; // the text
  DiffCursor m_text;
  ChangeSet m_changes;
};

} // namespace

ChangeSet parse_unified_diff(std::string_view text) { return Reader(text).read(); }

} // namespace leadline
