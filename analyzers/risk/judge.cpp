#include "analyzers/risk/judge.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/everyday.hpp"
#include "analyzers/risk/small_steps.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Production raises and other environments lower, but neither turns a remark into an alarm.
constexpr double k_production = 0.3;
constexpr double k_staging = -0.2;
constexpr double k_development = -0.25;
// Files that nobody deploys: only what is grave elsewhere is worth a look there, and nothing is an
// alarm.
constexpr double k_not_deployed = -0.3; // examples: people copy them
constexpr double k_nobody_runs = -1.15; // tests and documentation
constexpr double k_no_alarm = 1.9;
constexpr double k_remark = 0.95;      // just below a finding that is worth a comment
constexpr double k_remark_there = 0.9; // of what only developers meet
constexpr double k_code = -0.1;

// A rule that knows what it looks at explains better than one that only sees that something is
// different.
constexpr double k_specific = 0.4;

bool is_generic_rule(std::string_view rule) {
  return rule == "pattern.changed" || rule == "mode.changed" || rule == "interval.changed" ||
         rule == "address.changed" || rule == "threshold.changed" || rule == "switch.off" ||
         rule == "flag.enabled" || rule == "schedule.changed" || rule == "magnitude.slip";
}

double claim(const Concern& draft) {
  return draft.urgency + (is_generic_rule(draft.rule) ? 0 : k_specific);
}

// What a pipeline does to more than itself; nobody reaches the addresses that it opens.
bool reaches_beyond_ci(std::string_view rule) {
  return rule.starts_with("protection.") || rule.starts_with("permission.");
}

// What is no matter of the tests alone: they reach another environment, or hide something.
bool crosses_over(std::string_view rule) {
  return rule == "environment.crossed" || rule.starts_with("hidden.");
}

// Directives of a systemd unit may be given more than once, and then form a list
// (https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html).
bool repeats_by_design(const Subject& s) {
  constexpr std::array<std::string_view, 8> k_units = {".service", ".socket", ".timer", ".mount",
                                                       ".path",    ".target", ".slice", ".network"};
  return std::any_of(k_units.begin(), k_units.end(), [&](std::string_view ending) {
    const std::size_t at = s.file->path.rfind(ending);
    const std::string_view rest =
        at == std::string::npos ? "?" : std::string_view(s.file->path).substr(at + ending.size());
    return rest.empty() || rest == ".j2" || rest == ".erb" || rest.starts_with(".d/");
  });
}

// "const limit = 10" inside a program: a name of one common word, which no object, call or
// catalogue places, or one that measures text and pictures.
bool is_ordinary_constant(const Subject& s) {
  if (s.meaning.parameter != nullptr || s.meaning.guard != Guard::none ||
      (s.old_quantity && s.old_quantity->unit_written) ||
      (s.new_quantity && s.new_quantity->unit_written)) {
    return false;
  }
  constexpr std::array<std::string_view, 14> k_looks = {
      "width",   "height", "length", "font",   "char",      "chars",   "margin",
      "padding", "scroll", "zoom",   "avatar", "thumbnail", "excerpt", "pixels"};
  if (std::any_of(k_looks.begin(), k_looks.end(),
                  [&](std::string_view word) { return has_phrase(s.leaf, word); })) {
    return true;
  }
  constexpr std::array<std::string_view, 28> k_common = {
      " amount ", " batch ",     " buffer ",    " burst ", " capacity ", " count ",
      " delay ",  " factor ",    " frequency ", " index ", " interval ", " limit ",
      " limits ", " max ",       " maximum ",   " min ",   " minimum ",  " number ",
      " offset ", " period ",    " priority ",  " rate ",  " ratio ",    " size ",
      " step ",   " threshold ", " tolerance ", " weight "};
  return s.setting().key.segments.size() == 1 && s.setting().context.empty() &&
         std::find(k_common.begin(), k_common.end(), s.leaf) != k_common.end();
}

// A line that writes down what the program does without it changes nothing.
bool restates_default(const Subject& s) {
  if (s.modified() || s.meaning.parameter == nullptr ||
      s.meaning.parameter->default_value.empty()) {
    return false;
  }
  const std::string& value = s.kind() == ChangeKind::added ? s.new_value : s.old_value;
  const std::optional<bool> state = s.kind() == ChangeKind::added ? s.new_switch : s.old_switch;
  const std::string& usual = s.meaning.parameter->default_value;
  return reads_the_same(value, usual) || (state && state == parse_switch(usual));
}

} // namespace

Severity severity_of_urgency(double urgency) {
  return urgency >= 3   ? Severity::critical
         : urgency >= 2 ? Severity::high
         : urgency >= 1 ? Severity::medium
                        : Severity::low;
}

double urgency_of(Severity severity) { return 0.5 + static_cast<double>(severity); }

std::optional<Concern> weigh(Concern draft, const Subject& subject, const Policy& policy) {
  // The role of such a file says it all: "tests/" is no second reason.
  const FileRole role = subject.file->role;
  const bool undeployed = role == FileRole::tests || role == FileRole::docs ||
                          role == FileRole::examples || role == FileRole::lock;
  switch (subject.environment) {
  case Environment::production:
    // It can make a grave finding graver, not a remark grave.
    draft.urgency += draft.urgency >= 1 ? k_production : 0;
    draft.reasons.push_back("in production");
    break;
  case Environment::staging:
    draft.urgency += undeployed ? 0 : k_staging;
    if (!undeployed) {
      draft.reasons.push_back("in staging: graver in production");
    }
    break;
  case Environment::development:
    // "ci.yml" of a pipeline is called after what it is, not after where it runs.
    draft.urgency += undeployed || role == FileRole::ci ? 0 : k_development;
    if (!undeployed && role != FileRole::ci) {
      draft.reasons.push_back("in development: graver in production");
    }
    break;
  case Environment::unknown:
    break;
  }
  switch (role) {
  case FileRole::tests:
    draft.urgency =
        std::min(draft.urgency + k_nobody_runs,
                 crosses_over(draft.rule) || !is_set_up_of_tests(subject.file->path) ? k_no_alarm
                                                                                     : k_remark);
    break;
  case FileRole::docs:
  case FileRole::lock:
    draft.urgency = std::min(draft.urgency + k_nobody_runs, k_no_alarm);
    break;
  case FileRole::examples:
    draft.urgency = std::min(draft.urgency + k_not_deployed, k_no_alarm);
    break;
  case FileRole::ci:
    draft.urgency =
        reaches_beyond_ci(draft.rule) ? draft.urgency - 0.3 : std::min(draft.urgency, k_remark);
    break;
  case FileRole::manifest:
    draft.urgency =
        draft.rule == "version.stateful" ? draft.urgency : std::min(draft.urgency, k_remark);
    break;
  case FileRole::reference:
    draft.urgency = std::min(draft.urgency, k_remark);
    break;
  case FileRole::code:
    draft.urgency += k_code;
    if (is_ordinary_constant(subject)) {
      draft.urgency = std::min(draft.urgency, k_remark);
    }
    break;
  case FileRole::config:
    break;
  }
  // What only developers and tests meet wakes nobody; what reaches from there into production does.
  if (subject.environment == Environment::development && role != FileRole::ci &&
      draft.rule != "environment.crossed") {
    draft.urgency = std::min(draft.urgency, k_no_alarm);
  }
  if (draft.rule == "duplicate.key" && repeats_by_design(subject)) {
    return std::nullopt;
  }
  // The role of a file that nobody deploys says all of that already.
  const bool test_bed = !undeployed && is_size_of_test_bed(subject, draft.rule);
  if (is_everyday(subject, draft.rule) || is_small_step(subject, draft.rule) || test_bed) {
    const bool development = test_bed && subject.environment == Environment::development;
    draft.urgency = std::min(draft.urgency, development ? k_remark_there : k_remark);
  }
  // A file that goes as a whole takes along what it protected.
  if (subject.file->status == FileStatus::removed) {
    draft.urgency = std::min(draft.urgency, k_remark);
  }
  // Wiring that goes another way to a value: what the value is stands elsewhere.
  if (is_generic_rule(draft.rule) && is_rewired(subject)) {
    draft.urgency = std::min(draft.urgency, k_remark);
  }
  // Ten times less of what the catalogue knows to take a service down, and no sign that it is a
  // test bed.
  const bool grave = draft.rule == "capacity.drop" && subject.meaning.parameter != nullptr &&
                     subject.quantity && orders_of(*subject.quantity) >= 1 &&
                     subject.meaning.impact == Impact::outage &&
                     subject.environment == Environment::production;
  draft.urgency += grave ? 0.5 : 0;
  const auto rule = policy.rules.find(draft.rule);
  if (rule != policy.rules.end()) {
    if (!rule->second.enabled) {
      return std::nullopt;
    }
    if (rule->second.severity) {
      draft.urgency = std::min(draft.urgency, urgency_of(*rule->second.severity) + 0.49);
    }
  }
  return draft;
}

std::optional<Concern> judge(const Subject& subject, const Policy& policy) {
  std::optional<Concern> best;
  if (subject.modified() && reads_the_same(subject.old_value, subject.new_value)) {
    return best;
  }
  std::vector<std::string> others;
  // That a value is another one is no second reason.
  const auto note = [&](const Concern& other) {
    if (!is_generic_rule(other.rule) || other.rule == "schedule.changed") {
      others.push_back(other.rule + ": " + other.tail);
    }
  };
  for (const Rule rule : rules()) {
    std::optional<Concern> draft = rule(subject);
    draft = draft ? weigh(std::move(*draft), subject, policy) : std::nullopt;
    if (!draft) {
      continue;
    }
    if (best && claim(*best) >= claim(*draft)) {
      note(*draft);
      continue;
    }
    if (best) {
      note(*best);
    }
    best = std::move(draft);
  }
  if (best && restates_default(subject)) {
    best->urgency = std::min(best->urgency, k_remark);
    best->reasons.push_back("that is its default");
  }
  if (best) {
    for (std::string& other : others) {
      best->reasons.push_back("also " + std::move(other));
    }
  }
  return best;
}

} // namespace leadline
