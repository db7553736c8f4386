#include "analyzers/domains/words.hpp"
#include "analyzers/risk/alert_words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace leadline {
namespace {

constexpr double k_tuned = 2; // times: an alert made somewhat more eager

Concern downgraded(double urgency, double confidence, std::string tail) {
  Concern made;
  made.rule = "alert.downgraded";
  made.urgency = urgency;
  made.confidence = confidence;
  made.tail = std::move(tail);
  made.effect = "The next incident is noticed later, by fewer people, or by users first.";
  made.check = "Who is woken when this fires at night?";
  return made;
}

bool in_alerting(const Subject& s) {
  const std::string path = spaced_words(s.file->path);
  const std::string words = s.parents + s.leaf;
  for (const std::string_view word :
       {"alert", "alerts", "alerting", "alertmanager", "rules", "rule", "prometheusrule",
        "prometheus", "monitor", "monitoring", "icinga", "nagios", "datadog", "alarm"}) {
    if (has_phrase(path, word) || has_phrase(words, word)) {
      return true;
    }
  }
  return false;
}

struct Piece {
  bool number = false;
  double value = 0;
  std::string_view text;
};

// An expression as its numbers and the text between them; digits inside names are text.
std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size();) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    const bool fresh =
        i == 0 || !((text[i - 1] >= 'a' && text[i - 1] <= 'z') ||
                    (text[i - 1] >= 'A' && text[i - 1] <= 'Z') || text[i - 1] == '_' ||
                    text[i - 1] == '.' || (text[i - 1] >= '0' && text[i - 1] <= '9'));
    if (!digit || !fresh) {
      ++i;
      continue;
    }
    Piece piece;
    piece.number = true;
    const auto [end, error] =
        std::from_chars(text.data() + i, text.data() + text.size(), piece.value);
    if (error != std::errc()) {
      ++i;
      continue;
    }
    pieces.push_back({false, 0, text.substr(start, i - start)});
    const auto next = static_cast<std::size_t>(end - text.data());
    piece.text = text.substr(i, next - i);
    pieces.push_back(piece);
    i = next;
    start = next;
  }
  pieces.push_back({false, 0, text.substr(start)});
  return pieces;
}

// A condition with its comparisons taken out, and these in their order. What stands in braces picks
// series.
struct Condition {
  std::string rest;
  std::vector<std::string> comparisons;
};

Condition condition_of(std::string_view text) {
  Condition found;
  int braces = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    braces += c == '{' ? 1 : c == '}' ? -1 : 0;
    const bool compares = (c == '<' || c == '>' || c == '=' || c == '!') && braces == 0;
    if (!compares) {
      found.rest += c == ' ' || c == '\n' ? "" : std::string(1, c);
      ++i;
      continue;
    }
    const std::size_t size = i + 1 < text.size() && text[i + 1] == '=' ? 2 : 1;
    found.comparisons.emplace_back(text.substr(i, size));
    found.rest += '?';
    i += size;
  }
  return found;
}

bool are_opposite(std::string_view a, std::string_view b) {
  const auto way = [](std::string_view sign) {
    return sign == "==" ? 2 : sign == "!=" ? -2 : sign.starts_with('>') ? 1 : -1;
  };
  return way(a) == -way(b);
}

// "up == 0" -> "up == 1", "x > 5" -> "x < 5", "absent(up)" -> "up": it fires when all is well.
bool is_turned_round(std::string_view before, std::string_view after) {
  const auto absent = [](std::string_view text) {
    text = trim(text);
    return text.starts_with("absent(") && text.ends_with(')')
               ? trim(text.substr(7, text.size() - 8))
               : std::string_view();
  };
  if ((!absent(before).empty() && absent(before) == trim(after)) ||
      (!absent(after).empty() && absent(after) == trim(before))) {
    return true;
  }
  const Condition then = condition_of(before);
  const Condition now = condition_of(after);
  if (then.comparisons.size() != now.comparisons.size() || then.comparisons.empty()) {
    return false;
  }
  if (then.rest == now.rest) {
    for (std::size_t i = 0; i < then.comparisons.size(); ++i) {
      if (are_opposite(then.comparisons[i], now.comparisons[i])) {
        return true;
      }
    }
    return false;
  }
  // A state that is 0 or 1, asked for the other way.
  const auto asks = [](const Condition& condition, char state) {
    return condition.comparisons == std::vector<std::string>{"=="} && condition.rest.size() > 2 &&
           condition.rest.ends_with(std::string("?") + state);
  };
  const std::string_view left(then.rest.data(), then.rest.size() - 1);
  return then.rest.size() == now.rest.size() && now.rest.starts_with(left) &&
         ((asks(then, '0') && asks(now, '1')) || (asks(then, '1') && asks(now, '0')));
}

std::optional<Concern> judge_expression(const Subject& s) {
  if (is_turned_round(s.old_value, s.new_value)) {
    return downgraded(2.05, 0.85, "fires when all is well, and not when it is not");
  }
  const std::vector<Piece> before = pieces_of(s.old_value);
  const std::vector<Piece> after = pieces_of(s.new_value);
  Concern other;
  other.rule = "alert.changed";
  other.urgency = 0.95; // a rewritten expression says nothing about its direction
  other.confidence = 0.45;
  other.tail = "the alert asks for something else";
  other.effect = "It may fire always or never; a broken expression looks like a quiet night.";
  other.check = "Run both expressions over the last incident.";
  if (before.size() != after.size()) {
    return other;
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!before[i].number && before[i].text != after[i].text) {
      return other;
    }
  }
  for (std::size_t i = 1; i < before.size(); i += 2) {
    if (before[i].value == after[i].value) {
      continue;
    }
    const std::string_view left = trim(before[i - 1].text);
    const bool above = left.ends_with('>') || left.ends_with(">=");
    const bool below = left.ends_with('<') || left.ends_with("<=");
    const bool raised = after[i].value > before[i].value;
    if ((above && raised) || (below && !raised)) {
      const std::optional<Quantity> small = parse_quantity(before[i].text, "");
      const std::optional<Quantity> large = parse_quantity(after[i].text, "");
      const auto step = small && large ? describe_change(*small, *large) : std::nullopt;
      return downgraded(1.3 + (step ? 0.25 * orders_of(*step) : 0), 0.7,
                        fmt::format("fires at {} instead of {}", after[i].text, before[i].text));
    }
    if (above || below) {
      const std::optional<Quantity> then = parse_quantity(before[i].text, "");
      const std::optional<Quantity> now = parse_quantity(after[i].text, "");
      const auto step = then && now ? describe_change(*then, *now) : std::nullopt;
      other.urgency = step && step->ratio <= k_tuned && step->ratio >= 1 / k_tuned ? 0.95 : 1.05;
      other.tail = fmt::format("fires at {} instead of {}", after[i].text, before[i].text);
      other.effect = "It fires earlier than what it was tuned for; people learn to ignore alerts "
                     "that are often wrong.";
    }
    return other;
  }
  return std::nullopt; // only the way the numbers are written
}

// "... @pagerduty-database @slack-ops": who is told, in the text of a monitor
// (https://docs.datadoghq.com/monitors/notify/#notifications). 0 nobody, else as reach().
int reach_of_handles(std::string_view text) {
  int widest = 0;
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    const std::string_view rest = text.substr(at + 1);
    widest = std::max(widest, reach(rest.substr(0, rest.find_first_of(" \t\r\n,;\"'{}"))));
  }
  return widest;
}

// An alarm's actions, and the handles in the text of a monitor.
bool reaches_less(const Subject& s) {
  if (has_phrase(s.leaf, "alarm actions")) {
    return reach(s.old_value) == 2 && reach(s.new_value) == 1;
  }
  return s.leaf == " message " && in_alerting(s) && reach_of_handles(s.old_value) == 2 &&
         reach_of_handles(s.new_value) < 2;
}

// "severity = \"critical\"" among the matchers of a route or of what mutes others
// (https://prometheus.io/docs/alerting/latest/configuration/#route-related-settings): an alert
// without that label takes the route above.
std::optional<Concern> judge_matcher(const Subject& s) {
  constexpr std::array<std::string_view, 8> k_lists = {
      "matchers",        "match",           "match re",     "source matchers",
      "target matchers", "object matchers", "source match", "target match"};
  const std::string words = s.parents + s.leaf;
  if (std::none_of(k_lists.begin(), k_lists.end(),
                   [&](std::string_view list) { return has_phrase(words, list); })) {
    return std::nullopt;
  }
  const bool routes = has_phrase(s.parents, "routes") || has_phrase(s.parents, "route") ||
                      has_phrase(s.parents, "inhibit rules");
  if (!routes || !in_alerting(s)) {
    return std::nullopt;
  }
  // Every word of the old value that wakes somebody, still in the new one?
  const std::vector<std::string> before = split_words(s.old_value);
  const std::vector<std::string> after = split_words(s.new_value);
  const auto stays = [&](const std::string& word) {
    return std::find(after.begin(), after.end(), word) != after.end();
  };
  const bool widened = std::all_of(before.begin(), before.end(), stays);
  const bool loud_lost = std::any_of(before.begin(), before.end(), [&](const std::string& word) {
    return loudness(word) == 3 && !stays(word);
  });
  Concern made = downgraded(loud_lost ? 1.8
                            : widened ? 0.9
                                      : 1.25,
                            0.8,
                            loud_lost ? "alerts that woke somebody take another route"
                                      : "other alerts take this route");
  made.rule = loud_lost ? "alert.downgraded" : "alert.changed";
  made.check = "Which alerts carry exactly this label? A route that matches none is silent.";
  return made;
}

} // namespace

std::optional<Concern> judge_alert(const Subject& s) {
  if (!s.modified() || s.old_value == s.new_value) {
    return std::nullopt;
  }
  if (auto made = judge_matcher(s)) {
    return made;
  }
  if (has_phrase(s.leaf, "severity") || (s.leaf == " priority " && in_alerting(s))) {
    const int before = loudness(s.old_value);
    const int after = loudness(s.new_value);
    if (before > 0 && after > 0 && before != after) {
      if (after < before) {
        return downgraded(before == 3 ? 1.8 : 1.2, 0.85,
                          before == 3 ? "nobody is woken by it any more" : "quieter than before");
      }
      Concern made = downgraded(0.9, 0.6, "louder than before");
      made.rule = "alert.changed";
      made.effect = "People are woken by what was not worth waking them for before.";
      return made;
    }
  }
  if (reaches_less(s)) {
    return downgraded(2.2, 0.85, "alerts go to a place that wakes nobody");
  }
  const bool routes = has_phrase(s.leaf, "receiver") || has_phrase(s.leaf, "receivers") ||
                      has_phrase(s.leaf, "channel") || has_phrase(s.leaf, "contact") ||
                      has_phrase(s.leaf, "contacts") || has_phrase(s.leaf, "notify") ||
                      has_phrase(s.leaf, "notification channel") ||
                      has_phrase(s.leaf, "contact groups");
  if (routes && in_alerting(s)) {
    if (reach(s.old_value) == 2 && reach(s.new_value) == 1) {
      return downgraded(2.2, 0.85, "alerts go to a place that wakes nobody");
    }
    return downgraded(1.1, 0.5, "alerts go to somebody else");
  }
  const bool waits = s.leaf == " for " || has_phrase(s.leaf, "evaluation periods") ||
                     has_phrase(s.leaf, "pending period");
  if (waits && in_alerting(s) && s.quantity && s.quantity->direction == Direction::up &&
      s.quantity->ratio >= 1.4) {
    return downgraded(1.1 + 0.5 * orders_of(*s.quantity), 0.75,
                      "fires later: waits " + length_of_time(*s.quantity));
  }
  const bool expression =
      s.leaf == " expr " || (s.leaf == " query " && in_alerting(s)) || s.leaf == " condition ";
  if (expression && !s.new_is_template && in_alerting(s)) {
    return judge_expression(s);
  }
  return std::nullopt;
}

} // namespace leadline
