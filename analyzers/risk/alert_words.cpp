#include "analyzers/risk/alert_words.hpp"

#include "analyzers/domains/words.hpp"
#include "base/text.hpp"

namespace leadline {

int loudness(std::string_view value) {
  const std::string text = to_lower(trim(value));
  for (const std::string_view loud :
       {"critical", "page", "crit", "p1", "sev1", "emergency", "fatal", "disaster", "high"}) {
    if (text == loud) {
      return 3;
    }
  }
  for (const std::string_view middle :
       {"warning", "warn", "ticket", "p2", "sev2", "major", "error", "medium", "average"}) {
    if (text == middle) {
      return 2;
    }
  }
  for (const std::string_view quiet : {"info", "notice", "none", "low", "minor", "p3", "p4", "p5",
                                       "sev3", "sev4", "sev5", "debug", "informational"}) {
    if (text == quiet) {
      return 1;
    }
  }
  return 0;
}

int reach(std::string_view value) {
  const std::string words = spaced_words(value);
  for (const std::string_view pager :
       {"pagerduty", "pager", "opsgenie", "page", "oncall", "on call", "victorops", "sms", "phone",
        "splunk oncall", "incident", "critical", "urgent"}) {
    if (has_phrase(words, pager)) {
      return 2;
    }
  }
  for (const std::string_view chat :
       {"slack", "chat", "email", "mail", "mattermost", "teams", "discord", "null", "blackhole",
        "devnull", "none", "irc", "webhook", "telegram", "low", "warning", "info"}) {
    if (has_phrase(words, chat)) {
      return 1;
    }
  }
  return 0;
}

} // namespace leadline
