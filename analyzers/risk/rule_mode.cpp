#include "analyzers/domains/words.hpp"
#include "analyzers/risk/alert_words.hpp"
#include "analyzers/risk/close_levels.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/risk/tls_versions.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr double k_close = 0.6; // low: two words for nearly the same

// 0 says everything, 6 says nothing; -1 is no level.
int level_of(std::string_view value) {
  const std::string text = to_lower(trim(value));
  constexpr std::array<std::array<std::string_view, 4>, 7> k_levels = {{
      {"trace", "all", "debug5", "silly"},
      {"debug", "debug1", "verbose", "fine"},
      {"info", "information", "log", "notice"},
      {"warn", "warning", "warnings", "default"},
      {"error", "err", "errors", "severe"},
      {"fatal", "critical", "crit", "panic"},
      {"off", "none", "quiet", "silent"},
  }};
  for (std::size_t i = 0; i < k_levels.size(); ++i) {
    if (std::find(k_levels[i].begin(), k_levels[i].end(), text) != k_levels[i].end()) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::optional<Concern> judge_verbosity(const Subject& s) {
  const int before = level_of(s.old_value);
  const int after = level_of(s.new_value);
  const bool level_key = (s.meaning.known && s.meaning.kind == ParameterKind::verbosity) ||
                         has_phrase(s.leaf, "log") || has_phrase(s.leaf, "level") ||
                         has_phrase(s.leaf, "verbosity");
  if (before < 0 || after < 0 || before == after || !level_key) {
    return std::nullopt;
  }
  Concern made;
  made.confidence = s.meaning.parameter != nullptr ? 0.9 : 0.75;
  if (after < before) {
    made.rule = "verbosity.raised";
    made.urgency = after <= 1 ? 1.15 : 0.8;
    made.tail = after <= 1 ? "every request is logged in detail" : "logs say more";
    made.effect = "Disks and log pipelines fill up, latency rises, and details of users and "
                  "credentials can end up in logs.";
    made.check = "Is there room for it, and an end date?";
  } else {
    made.rule = "verbosity.lowered";
    made.urgency = after >= 4 ? 1.15 : 0.8;
    made.tail = after >= 5 ? "logs say almost nothing" : "logs say less";
    made.effect = "The next incident has to be understood without these lines.";
    made.check = "Do alerts or dashboards count the lines that go away?";
  }
  return made;
}

// User=root of a unit: what its program can be talked into, it does to the whole machine
// (https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#User=).
std::optional<Concern> judge_root(const Subject& s) {
  const auto is_root = [](std::string_view value) {
    const std::string_view name = trim(value);
    return name == "root" || name == "0";
  };
  if (s.meaning.parameter == nullptr || s.meaning.parameter->id != "systemd.user" ||
      !is_root(s.new_value) || is_root(s.old_value) || s.old_is_template || is_blank(s.old_value)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "permission.widened";
  made.urgency = 2.15;
  made.confidence = 0.9;
  made.tail = "runs as root";
  made.effect = "Whoever finds a fault in the program has the whole machine, and files that it "
                "writes belong to root.";
  made.check = "Which single right does it need, and can AmbientCapabilities give that one?";
  return made;
}

// The size that ends a machine's name, in doublings: "db.m5.2xlarge" is one more than
// "db.m5.xlarge"; -1 unknown
// (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html).
int machine_size(std::string_view value) {
  const std::string text = to_lower(trim(value));
  const std::string_view size =
      std::string_view(text).substr(text.rfind('.') == std::string::npos ? 0 : text.rfind('.') + 1);
  constexpr std::array<std::string_view, 6> k_sizes = {"nano",   "micro", "small",
                                                       "medium", "large", "xlarge"};
  for (std::size_t i = 0; i < k_sizes.size(); ++i) {
    if (size == k_sizes[i]) {
      return static_cast<int>(i);
    }
  }
  if (!size.ends_with("xlarge") || size.size() > 8) {
    return -1;
  }
  int times = 0;
  for (const char c : size.substr(0, size.size() - 6)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    times = times * 10 + (c - '0');
  }
  int doublings = 5;
  for (; times > 1; times /= 2) {
    ++doublings;
  }
  return doublings;
}

std::optional<Concern> judge_machine(const Subject& s) {
  bool names_machine = false;
  for (const std::string_view phrase :
       {"instance type", "instance class", "machine type", "node type", "vm size"}) {
    names_machine = names_machine || has_phrase(s.leaf, phrase);
  }
  if (!names_machine || s.new_is_template || s.old_is_template || is_blank(s.new_value)) {
    return std::nullopt;
  }
  const int before = machine_size(s.old_value);
  const int after = machine_size(s.new_value);
  const bool smaller = before >= 0 && after >= 0 && after < before;
  Concern made;
  made.rule = smaller ? "capacity.drop" : "mode.changed";
  made.urgency = smaller ? 1.4 : 1.1;
  made.confidence = 0.7;
  made.tail = smaller ? "a smaller machine" : "another kind of machine";
  made.effect = smaller ? "The same load meets less memory, fewer processors and fewer connections."
                        : "The machine is replaced or restarted, and not every type exists in "
                          "every zone or for every service.";
  made.check = "Is the type offered there, how busy is the old one at peak, and when does the "
               "replacement happen?";
  return made;
}

// "tls12" and "1.2" are one version in two spellings.
bool spells_same_version(const Subject& s) {
  const TlsVersions before = tls_versions(s.old_value, BareNumbers::yes);
  return before.oldest() >= 0 && before == tls_versions(s.new_value, BareNumbers::yes);
}

// "node-role.kubernetes.io/master": a label as Kubernetes names them
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
bool is_label(std::string_view value) {
  const std::string_view text = trim(value);
  const std::size_t slash = text.find('/');
  const std::string_view prefix = text.substr(0, slash);
  return slash != std::string_view::npos && slash > 0 && text.size() <= 200 &&
         prefix.find('.') != std::string_view::npos &&
         text.find('/', slash + 1) == std::string_view::npos &&
         text.find_first_of(" \t\n{}$%@=:") == std::string_view::npos;
}

// An Ansible task whose condition picked every machine of a group and now picks one, or the reverse
// (https://docs.ansible.com/ansible/latest/reference_appendices/special_variables.html).
std::optional<Concern> judge_machines(const Subject& s) {
  if (s.leaf != " when ") {
    return std::nullopt;
  }
  const auto picks_all = [](std::string_view text) {
    return text.find("inventory_hostname in groups") != std::string_view::npos;
  };
  const auto picks_one = [](std::string_view text) {
    return text.find("inventory_hostname == groups") != std::string_view::npos ||
           text.find("inventory_hostname == ansible_play_hosts[0]") != std::string_view::npos;
  };
  const bool narrower = picks_all(s.old_value) && picks_one(s.new_value);
  const bool wider = picks_one(s.old_value) && picks_all(s.new_value);
  if (!narrower && !wider) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "mode.changed";
  made.urgency = 1.15;
  made.confidence = 0.6;
  made.tail = narrower ? "runs on one machine where it ran on a whole group"
                       : "runs on a whole group where it ran on one machine";
  made.effect = narrower ? "The other machines no longer get what the task does."
                         : "What was done once is done on every machine, at the same time.";
  made.check = "Which machines need what the task does?";
  return made;
}

// One short word of a closed set, as modes are.
bool is_word(std::string_view value) {
  const std::string_view text = trim(value);
  return !text.empty() && text.size() <= 40 &&
         text.find_first_of(" \t\n/{}$%@=") == std::string_view::npos &&
         !(text.front() >= '0' && text.front() <= '9');
}

// Modes that are numbers, or lists of them: "2", "-1", "32768 60999". Only where the catalogue says
// that the number is no quantity.
bool is_number(std::string_view value) {
  const std::string_view text = trim(value);
  return !text.empty() && text.size() <= 40 &&
         text.find_first_not_of("0123456789- \t") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

bool is_url_path(std::string_view value) {
  const std::string_view text = trim(value);
  return text.starts_with('/') && text.size() <= 100 &&
         text.find_first_of(" \t\n{}$%") == std::string_view::npos;
}

} // namespace

std::optional<Concern> judge_mode(const Subject& s) {
  if (!s.modified() || s.old_value == s.new_value) {
    return std::nullopt;
  }
  // Two words for one loudness: "critical" and "page".
  if (has_phrase(s.leaf, "severity") && loudness(s.old_value) > 0 &&
      loudness(s.old_value) == loudness(s.new_value)) {
    return std::nullopt;
  }
  if (auto made = judge_verbosity(s)) {
    return made;
  }
  if (const std::string_view difference = difference_of_close_levels(s); !difference.empty()) {
    Concern made;
    made.rule = "mode.changed";
    made.urgency = k_close;
    made.confidence = 0.9;
    made.tail = fmt::format("another value: {}", s.meaning.what);
    made.effect = difference;
    return made;
  }
  if (auto made = judge_root(s)) {
    return made;
  }
  if (auto made = judge_machine(s)) {
    return made;
  }
  if (auto made = judge_machines(s)) {
    return made;
  }
  // Names that are told to hurt when they are others: of a replica set, of a table's key.
  const bool name = s.meaning.parameter != nullptr && s.meaning.kind == ParameterKind::identifier &&
                    s.meaning.hurts == Hurts::any_change;
  // "/healthz": where a balancer or the kubelet asks. Files are other ones with each rotation.
  const bool asked = s.meaning.parameter != nullptr && s.meaning.kind == ParameterKind::address &&
                     s.meaning.hurts == Hurts::any_change && is_url_path(s.old_value) &&
                     is_url_path(s.new_value) && has_phrase(s.leaf, "path");
  const bool mode =
      name || asked ||
      (s.meaning.known &&
       (s.meaning.kind == ParameterKind::mode || s.meaning.kind == ParameterKind::level) &&
       s.meaning.hurts != Hurts::never);
  const auto is_choice = [&](std::string_view value) {
    return asked || is_word(value) ||
           (s.meaning.parameter != nullptr && (is_label(value) || is_number(value)));
  };
  const bool numbers = s.meaning.parameter != nullptr && is_number(s.old_value) &&
                       is_number(s.new_value); // 0 and 1 are no switch then
  if (!mode || !is_choice(s.old_value) || !is_choice(s.new_value) ||
      (!numbers && (s.new_switch || s.old_switch)) ||
      to_lower(s.old_value) == to_lower(s.new_value) || spells_same_version(s)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = asked ? "address.changed" : "mode.changed";
  made.urgency = 0.85 + 0.4 * s.meaning.confidence * weight_of(s.meaning.impact);
  made.confidence = s.meaning.confidence;
  made.tail =
      s.meaning.parameter != nullptr ? "another value: " + s.meaning.what : "works in another way";
  if (s.meaning.parameter != nullptr) {
    made.effect = s.meaning.parameter->effect_up.empty() ? s.meaning.parameter->effect_down
                                                         : s.meaning.parameter->effect_up;
    made.check = s.meaning.parameter->check;
  }
  if (made.effect.empty()) {
    made.effect = "The program behaves differently from its next start; what was stored, tuned or "
                  "connected under the old "
                  "mode may not fit.";
  }
  if (made.check.empty()) {
    made.check = "What does the program do differently in the new mode, for data and clients that "
                 "exist already?";
  }
  return made;
}

} // namespace leadline
