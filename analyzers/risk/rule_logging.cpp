#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Where nothing is kept.
bool is_nowhere(std::string_view value) {
  const std::string text = to_lower(trim(value));
  return text == "off" || text == "none" || text == "null" || text.starts_with("/dev/null") ||
         text == "false" || text == "\"off\"";
}

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

} // namespace

// A log that was written and is written no more: "access_log off", "driver: none",
// "logging.enabled: false", "enable_logging = false".
std::optional<Concern> judge_logging(const Subject& s) {
  if (!s.modified() || s.old_is_template || s.new_is_template || is_blank(s.old_value) ||
      is_nowhere(s.old_value) || !is_nowhere(s.new_value)) {
    return std::nullopt;
  }
  const std::string words = s.parents + s.leaf;
  const bool audits = any_phrase(
      words, {"audit", "audit log", "audit logs", "cloudtrail", "flow log", "flow logs"});
  const bool destination =
      any_phrase(s.leaf,
                 {"access log", "error log", "log file", "log path", "logfile", "customlog",
                  "errorlog", "log destination", "audit log", "slow query log", "syslog"}) ||
      (s.leaf == " driver " && has_phrase(s.parents, "logging"));
  // "log_level: off" is a level; "log_statement" chooses what is told.
  const std::size_t last =
      s.parents.size() > 2 ? s.parents.rfind(' ', s.parents.size() - 2) : std::string::npos;
  const bool switched = (s.leaf == " enabled " || s.leaf == " enable ") &&
                        last != std::string::npos &&
                        any_phrase(std::string_view(s.parents).substr(last),
                                   {"logging", "logs", "log", "audit", "logger", "auditing"});
  const bool named =
      any_phrase(s.leaf, {"enable logging", "logging enabled", "log enabled", "enable log", "audit",
                          "audit enabled", "enable audit", "access logs enabled",
                          "enable log file validation", "log enable"});
  if (!destination && !switched && !named) {
    return std::nullopt;
  }
  Concern made;
  made.rule = audits ? "protection.disabled" : "verbosity.lowered";
  made.urgency = audits ? 1.8 : 1.35;
  made.confidence = 0.85;
  made.tail = audits ? "nothing records any more who did what" : "nothing is logged any more";
  made.effect = audits ? "After an intrusion nobody can say what was read or changed, and rules of "
                         "the trade may ask for these records."
                       : "The next incident has to be understood without these lines.";
  made.check = "What keeps a record of it instead?";
  return made;
}

} // namespace leadline
