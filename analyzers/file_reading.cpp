#include "analyzers/file_reading.hpp"

#include "analyzers/merged_settings.hpp"
#include "analyzers/settings/extract.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

// Larger files are not read a second time for relations between their settings.
constexpr std::size_t k_relation_bytes = 256UL * 1024;
constexpr std::size_t k_mapping_bytes = 64UL * 1024; // for a key that stands twice in YAML

bool is_several_documents(std::string_view text) {
  const std::size_t mark = text.find("\n---");
  return mark != std::string_view::npos && text.find_first_not_of("-\n\r# ") < mark;
}

bool holds_text(const FileChange& file) {
  const std::uint32_t mode = file.new_mode != 0 ? file.new_mode : file.old_mode;
  return !file.binary && mode != k_mode_submodule && mode != k_mode_link;
}

// Settings that leadline would read, were the bytes text.
bool should_be_text(const FileChange& file, const Catalog& catalog) {
  const Format format = detect_kind(file.path(), "").format;
  return file.binary && ((format != Format::unknown && format != Format::prose) ||
                         catalog.system_of_path(file.path()) != nullptr);
}

std::string format_unread(const FileChange& file, std::string_view text,
                          const FileReading& reading) {
  if (reading.ignored || !reading.noise.empty() || reading.context.role == FileRole::lock) {
    return {};
  }
  if (file.binary) {
    return k_binary;
  }
  const bool nothing = !holds_text(file) || file.hunks.empty();
  return nothing || detect_kind(file.path(), text).format != Format::unknown
             ? ""
             : "no reader for its format: only lines that look like key = value were read";
}

// Lines of the side of a renamed file on which none changes; 0 where there is no such side.
int moved_lines(const FileChange& file, const std::optional<std::string>& old_text,
                const std::optional<std::string>& new_text) {
  if (file.status != FileStatus::renamed) {
    return 0;
  }
  const auto changes = [&](LineKind kind) {
    return std::any_of(file.hunks.begin(), file.hunks.end(), [kind](const Hunk& hunk) {
      return std::any_of(hunk.lines.begin(), hunk.lines.end(),
                         [kind](const DiffLine& line) { return line.kind == kind; });
    });
  };
  const std::optional<std::string>& untouched = changes(LineKind::added) ? old_text : new_text;
  const bool both = changes(LineKind::added) && changes(LineKind::removed);
  return both || !untouched ? 0 : static_cast<int>(split_lines(*untouched).size());
}

// What removed merges had brought, as removed settings of its own. The anchor is looked for in the
// new version: where it went, too, its settings are removed ones already.
void read_merges(std::string_view text, const std::vector<Setting>& head, const Catalog& catalog,
                 const std::string& path, FileReading& reading) {
  constexpr std::size_t k_most_merges = 16;
  const std::size_t count = reading.settings.size();
  for (std::size_t i = 0; i < count && reading.merges.size() < k_most_merges; ++i) {
    std::vector<SettingChange> lost = lost_by_merge(reading.settings[i], text, head, head);
    if (lost.empty()) {
      continue;
    }
    const Setting& first = *lost.front().old_setting;
    reading.merges.push_back({i, lost.size(), std::string(first.key.leaf())});
    for (SettingChange& change : lost) {
      reading.meanings.push_back(meaning_of(catalog, path, change.any()));
      reading.settings.push_back(std::move(change));
    }
  }
}

// All settings of a file whose changes can contradict others, or that lost some. From whole files
// only: in a diff text the other side of a relation may be out of sight.
void read_whole(const FileChange& file, const std::optional<FileVersion>& old_version,
                const std::optional<FileVersion>& new_version, const Catalog& catalog,
                FileReading& reading) {
  if (!new_version || !new_version->line_numbers.empty() ||
      new_version->text.size() > k_relation_bytes ||
      (old_version && old_version->text.size() > k_relation_bytes)) {
    return;
  }
  const std::string& path = file.path();
  const FileKind kind = detect_kind(path, new_version->text);
  const bool one_value = kind.format == Format::ini || kind.format == Format::dotenv ||
                         kind.format == Format::json || kind.format == Format::properties ||
                         kind.format == Format::toml ||
                         (kind.format == Format::key_value && keeps_one_line(reading.context));
  // One mapping of YAML is no place for a key twice; several documents or a template are.
  const bool one_mapping = kind.format == Format::yaml && !kind.templated &&
                           new_version->text.size() <= k_mapping_bytes &&
                           !is_several_documents(new_version->text);
  const bool removes =
      std::any_of(reading.settings.begin(), reading.settings.end(),
                  [](const SettingChange& c) { return c.change == ChangeKind::removed; });
  bool relates = false;
  for (const SettingChange& change : reading.settings) {
    relates = relates || (one_mapping && change.change == ChangeKind::added) ||
              (change.new_setting ? one_value || may_relate(*change.new_setting)
                                  : may_be_missed(*change.old_setting));
  }
  // Which way a rule for everybody's addresses goes stands beside it (risk/siblings.hpp).
  const bool opens =
      std::any_of(reading.settings.begin(), reading.settings.end(), [](const SettingChange& c) {
        return c.new_setting && (c.new_setting->value.find("0.0.0.0/0") != std::string::npos ||
                                 c.new_setting->value.find("::/0") != std::string::npos);
      });
  // What starts a workflow decides what its scripts may do (risk/blocks_workflow.cpp).
  const bool workflow = path.find(".github/workflows/") != std::string::npos;
  if (!relates && !removes && !opens && !workflow) {
    return;
  }
  std::vector<Setting> head = extract_settings(kind, path, new_version->text, {});
  if (kind.format == Format::yaml) {
    read_merges(new_version->text, head, catalog, path, reading);
  }
  if (relates) {
    reading.relations.new_settings = head;
  }
  if (removes || opens || workflow) {
    reading.head = std::move(head);
  }
  if (!relates) {
    return;
  }
  // What only looks like a format may be another one, in which keys repeat.
  const bool sniffed = detect_kind(path, "").format != kind.format;
  reading.relations.repeats = (!one_value && !one_mapping) || kind.templated || sniffed;
  if (old_version) {
    reading.relations.old_settings = extract_settings(detect_kind(file.old_path, old_version->text),
                                                      path, old_version->text, {});
  }
}

} // namespace

void read_settings(const ChangeSet& changes, std::size_t index, const FileSource& files,
                   const Catalog& catalog, FileReading& reading) {
  const FileChange& file = changes.files[index];
  std::optional<std::string> old_text;
  std::optional<std::string> new_text;
  if (holds_text(file)) {
    old_text =
        file.status == FileStatus::added ? std::nullopt : files.read(Side::base, file.old_path);
    new_text =
        file.status == FileStatus::removed ? std::nullopt : files.read(Side::head, file.new_path);
  }
  reading.moved_lines = moved_lines(file, old_text, new_text);
  reading.noise = noise_of_file(file, files.marks(file.path()), old_text, new_text);
  if (should_be_text(file, catalog) && reading.noise.empty() && !reading.ignored) {
    // One NUL byte makes a file binary for git, and would hide every setting in it.
    throw Error(ErrorKind::bad_input, "binary, so that its settings cannot be read");
  }
  reading.format_unread =
      format_unread(file, new_text ? *new_text : old_text.value_or(""), reading);
  if (!holds_text(file) || file.hunks.empty() || reading.context.role == FileRole::lock ||
      reading.ignored) {
    return;
  }
  std::optional<FileVersion> old_version;
  std::optional<FileVersion> new_version;
  if (file.status != FileStatus::added) {
    old_version = old_text ? FileVersion{std::move(*old_text), {}}
                           : FileVersion::from_hunks(file, Side::base);
  }
  if (file.status != FileStatus::removed) {
    new_version = new_text ? FileVersion{std::move(*new_text), {}}
                           : FileVersion::from_hunks(file, Side::head);
  }
  ComparedFile compared = compare_settings(file, index, old_version, new_version);
  // Data without line breaks are settings all the same: only code of that look is a build's.
  const bool by_look =
      reading.noise == "generated: minified" && detect_kind(file.path(), "").format == Format::json;
  if (!compared.unread.empty() && (reading.noise.empty() || by_look)) {
    throw Error(ErrorKind::bad_input, compared.unread);
  }
  reading.settings = std::move(compared.changes);
  for (const SettingChange& change : reading.settings) {
    reading.meanings.push_back(meaning_of(catalog, file.path(), change.any()));
  }
  read_whole(file, old_version, new_version, catalog, reading);
}

} // namespace leadline
