#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

// Added lines are read more closely than edited ones, and a service may have been told the same
// elsewhere: only a step of five times or more against the default is worth a remark.
constexpr double k_added_ratio = 5;
constexpr double k_added = 0.4;
constexpr double k_removed = 0.1;
// Nobody typed the value, so that nobody mistyped it.
constexpr double k_most = 1.9;

// Times, thresholds and weights are tuned back to the default all the time: only a step of this
// size is worth a remark.
constexpr double k_tuned_ratio = 4;

// Room that a program has.
bool is_room(ParameterKind kind) {
  switch (kind) {
  case ParameterKind::capacity:
  case ParameterKind::limit:
  case ParameterKind::rate:
  case ParameterKind::replicas:
  case ParameterKind::retention:
  case ParameterKind::size:
    return true;
  default:
    return false;
  }
}

bool is_tuned(ParameterKind kind) {
  return kind == ParameterKind::timeout || kind == ParameterKind::interval ||
         kind == ParameterKind::threshold || kind == ParameterKind::retries ||
         kind == ParameterKind::weight;
}

// The change that the program sees: the default takes the place of the line that is absent.
SettingChange with_default(const SettingChange& change, const std::string& value) {
  SettingChange made = change;
  made.change = ChangeKind::modified;
  std::optional<Setting>& absent = made.new_setting ? made.old_setting : made.new_setting;
  absent = change.any();
  absent->value = value;
  return made;
}

} // namespace

std::optional<Concern> judge_default(const Subject& s) {
  const Parameter* parameter = s.meaning.parameter;
  const bool removed = s.kind() == ChangeKind::removed;
  if (s.modified() || parameter == nullptr || parameter->default_value.empty() ||
      (!is_room(parameter->kind) && !(removed && is_tuned(parameter->kind)))) {
    return std::nullopt;
  }
  if (!removed && s.file->status == FileStatus::added) {
    return std::nullopt;
  }
  const SettingChange seen = with_default(*s.change, parameter->default_value);
  const Subject subject = make_subject(seen, *s.file, s.meaning);
  if (!subject.quantity || subject.quantity->sign_changed || subject.old_quantity->value == 0 ||
      subject.new_quantity->value == 0) {
    return std::nullopt; // 0 often stands for "no limit", or for "chosen at start"
  }
  const double ratio = subject.quantity->ratio;
  // Where both ways hurt, more room than before is what somebody asked for by taking the bound out.
  const bool up = parameter->hurts == Hurts::up ||
                  (parameter->hurts == Hurts::both && is_tuned(parameter->kind));
  const bool worse =
      ratio < 1 ? parameter->hurts == Hurts::down || parameter->hurts == Hurts::both : up;
  const double least = !removed ? k_added_ratio : is_tuned(parameter->kind) ? k_tuned_ratio : 1;
  if (!worse || (ratio > 1 / least && ratio < least)) {
    return std::nullopt;
  }
  std::optional<Concern> made = judge_quantity(subject);
  if (!made) {
    return std::nullopt;
  }
  made->urgency = std::min(made->urgency - (removed ? k_removed : k_added), k_most);
  made->confidence *= 0.9;
  made->tail =
      removed ? fmt::format("the default {} holds again, {}", parameter->default_value, made->tail)
              : fmt::format("against the default {}, {}", parameter->default_value, made->tail);
  made->restorable = false;
  return made;
}

} // namespace leadline
