#include "analyzers/gone_lines.hpp"

#include "analyzers/moved_protection.hpp"
#include "analyzers/risk/environment.hpp"
#include "analyzers/settings/code/guard_code.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace leadline {
namespace {

constexpr double k_stands_elsewhere = 0.7;
constexpr std::size_t k_most_places = 64;    // of one parameter, looked at for one that went
constexpr std::size_t k_nearest_lines = 200; // behind a removed line

// A removed line says that a protection is gone only when few lines go with it; a whole block that
// goes takes what it protected along.
constexpr int k_lonely_removal = 6;
// A flat file has no blocks: what the catalogue knows to guard access or data is told of longer
// runs as well, but is no alarm there.
constexpr int k_known_removal = 20;
// An added line in a long new block is read as part of it.
constexpr int k_lonely_addition = 12;

} // namespace

bool is_still_named(const FileReading& file, const LineIndex& index, const SettingChange& change) {
  const std::string leaf =
      change.change == ChangeKind::removed ? std::string(change.old_setting->key.leaf()) : "";
  if (file.context.role != FileRole::code || leaf.size() < 3) {
    return false;
  }
  const IndexedLine* gone = index.find(change.diff_line);
  const std::span<const IndexedLine> lines = index.lines();
  const auto names = [&](const IndexedLine& line) {
    const std::size_t at = line.line->text.find(leaf);
    const auto joins = [&](std::size_t place) {
      const char c = place < line.line->text.size() ? line.line->text[place] : ' ';
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return line.line->kind == LineKind::added && at != std::string::npos &&
           (at == 0 || !joins(at - 1)) && !joins(at + leaf.size());
  };
  // Behind it: git prints the removed lines of a chunk first.
  if (gone == nullptr) {
    return false;
  }
  const auto from = static_cast<std::size_t>(gone - lines.data());
  for (std::size_t i = from; i < std::min(lines.size(), from + k_nearest_lines); ++i) {
    if (lines[i].chunk == gone->chunk && names(lines[i])) {
      return true;
    }
  }
  return false;
}

namespace {

// Whether the head of a class is among the removed lines right above.
bool went_with_its_class(const LineIndex& index, const SettingChange& change) {
  const IndexedLine* gone = index.find(change.diff_line);
  if (gone == nullptr) {
    return false;
  }
  const std::span<const IndexedLine> lines = index.lines();
  for (auto i = static_cast<std::size_t>(gone - lines.data()); i-- > 0;) {
    const DiffLine& line = *lines[i].line;
    if (line.kind != LineKind::removed || line.diff_line + 1 != lines[i + 1].line->diff_line) {
      return false;
    }
    if (trim(line.text).starts_with("class ")) {
      return true;
    }
  }
  return false;
}

} // namespace

bool went_with_its_owner(const LineIndex& index, const SettingChange& change) {
  if (change.change != ChangeKind::removed) {
    return false;
  }
  const Setting& mark = *change.old_setting;
  const std::string_view leaf = mark.key.leaf();
  if (lists_permissions(leaf)) {
    return went_with_its_class(index, change);
  }
  // Marks reach to the line of the name that they stand on (tree_guards.cpp).
  if (mark.key.segments.size() != 2 || mark.last_line <= mark.first_line ||
      (leaf != "access" && leaf != "csrf")) {
    return false;
  }
  const std::string& owner = mark.key.segments.front();
  bool gone = false;
  for (const IndexedLine& line : index.lines()) {
    gone = gone || (line.line->kind == LineKind::removed && line.line->old_line == mark.last_line);
    if (line.line->kind == LineKind::added &&
        line.line->text.find(owner) != std::string_view::npos) {
      return false;
    }
  }
  return gone;
}

bool is_block(const SettingChange& change, const IndexedLine& line) {
  return (change.change == ChangeKind::removed && line.run > k_lonely_removal) ||
         (change.change == ChangeKind::added && line.run > k_lonely_addition);
}

bool stays_apart(const FileReading& file, const Subject& subject, const IndexedLine& line) {
  const Parameter* parameter = subject.meaning.parameter;
  return subject.kind() == ChangeKind::removed && line.run <= k_known_removal &&
         !file.head.empty() && parameter != nullptr &&
         (parameter->impact == Impact::security || parameter->impact == Impact::data_loss);
}

std::optional<Concern> lost_merge(const FileReading& file, std::size_t index) {
  const auto merge = std::find_if(file.merges.begin(), file.merges.end(),
                                  [&](const MergeLoss& m) { return m.merge == index; });
  if (merge == file.merges.end()) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "merge.removed";
  made.urgency = 1.25;
  made.confidence = 0.8;
  made.tail = merge->lost == 1 ? fmt::format("{}, which it brought, is gone", merge->first)
                               : fmt::format("{} settings that it brought are gone, as {}",
                                             merge->lost, merge->first);
  made.effect = "What the shared block stated falls back to the defaults of the program.";
  made.check = "Which of the settings of the shared block does this place still need?";
  made.restorable = false;
  return made;
}

void StatedElsewhere::collect() {
  if (m_collected) {
    return;
  }
  m_collected = true;
  for (const FileReading& file : m_files) {
    for (std::size_t i = 0; i < file.settings.size(); ++i) {
      if (file.meanings[i].parameter != nullptr && file.settings[i].new_setting) {
        auto& places = m_stated[file.meanings[i].parameter];
        if (places.size() < k_most_places) {
          places.push_back({&file, i});
        }
      }
    }
  }
}

void StatedElsewhere::heed(Concern& draft, const FileReading& file, std::size_t index) {
  const Parameter* parameter = file.meanings[index].parameter;
  if (parameter == nullptr || is_protection(file.meanings[index])) {
    return; // another service's protection replaces none
  }
  collect();
  const Setting& gone = *file.settings[index].old_setting;
  const auto stated = m_stated.find(parameter);
  if (stated == m_stated.end()) {
    return;
  }
  for (const auto& [other, at] : stated->second) {
    const Setting& there = *other->settings[at].new_setting;
    if (reads_the_same(gone.value, there.value) && other->context.role == file.context.role &&
        is_one_service(file.context.path, other->context.path) &&
        environment_of_setting(there.key, other->context.environment) ==
            environment_of_setting(gone.key, file.context.environment)) {
      draft.urgency = std::min(draft.urgency, k_stands_elsewhere);
      draft.reasons.push_back(
          fmt::format("{}:{} says the same", other->context.path, there.first_line));
      return;
    }
  }
}

} // namespace leadline
