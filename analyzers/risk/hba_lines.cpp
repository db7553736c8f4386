#include "analyzers/risk/hba_lines.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_partners =
    64; // records that went, of one file, that an added one is held against

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    }
    if (!quoted && (c == ' ' || c == '\t')) {
      if (!word.empty()) {
        words.push_back(std::move(word));
        word.clear();
      }
      continue;
    }
    word += c;
  }
  if (!word.empty()) {
    words.push_back(std::move(word));
  }
  return words;
}

bool is_type(std::string_view word) {
  constexpr std::array<std::string_view, 6> k_types = {"local",     "host",       "hostssl",
                                                       "hostnossl", "hostgssenc", "hostnogssenc"};
  return std::find(k_types.begin(), k_types.end(), word) != k_types.end();
}

// 0 asks for nothing, 5 lets nobody in; -1 is no method.
int strength(std::string_view method) {
  struct Row {
    std::string_view method;
    int strength;
  };
  // https://www.postgresql.org/docs/current/auth-methods.html: trust asks for nothing, password
  // goes over the wire as it is, md5 is deprecated, ident believes the client's machine.
  constexpr std::array<Row, 13> k_methods = {{{"trust", 0},
                                              {"password", 1},
                                              {"ident", 1},
                                              {"md5", 2},
                                              {"ldap", 2},
                                              {"radius", 2},
                                              {"pam", 2},
                                              {"bsd", 2},
                                              {"scram-sha-256", 3},
                                              {"gss", 3},
                                              {"sspi", 3},
                                              {"cert", 4},
                                              {"reject", 5}}};
  if (method == "peer") {
    return 4;
  }
  const auto at = std::find_if(k_methods.begin(), k_methods.end(),
                               [&](const Row& row) { return row.method == method; });
  return at == k_methods.end() ? -1 : at->strength;
}

// 2 demands encryption, 1 takes both, 0 refuses it.
int encryption(const HbaLine& line) {
  if (line.type == "hostssl" || line.type == "hostgssenc") {
    return 2;
  }
  return line.type == "host" ? 1 : 0;
}

bool is_everybody(const HbaLine& line) {
  return line.address == "all" || line.address == "0.0.0.0/0" || line.address == "::/0" ||
         line.address == "::0/0" || line.address == "0.0.0.0/0.0.0.0";
}

bool is_this_machine(const HbaLine& line) {
  return line.type == "local" || line.address.starts_with("127.") ||
         line.address.starts_with("::1") || line.address == "localhost" ||
         line.address == "samehost";
}

Concern concern(std::string rule, double urgency, std::string tail, std::string effect) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = urgency;
  made.confidence = 0.95;
  made.tail = std::move(tail);
  made.effect = std::move(effect);
  made.check = "Who has to connect, from where, and with which proof? The first line that matches "
               "decides.";
  made.reasons = {"pg_hba.conf: https://www.postgresql.org/docs/current/auth-pg-hba-conf.html"};
  return made;
}

Concern trusted(double urgency) {
  return concern("protection.disabled", urgency, "whoever connects is believed without a password",
                 "Everybody who reaches the server from there is the user that they say they are.");
}

// From one record to the one that took its place.
std::optional<Concern> compare(const HbaLine& before, const HbaLine& after) {
  const int was = strength(before.method);
  const int is = strength(after.method);
  if (is == 5 || is < 0 || was < 0) {
    return std::nullopt;
  }
  if (is == 0 && was > 0) {
    return trusted(is_this_machine(after) ? 1.6 : 2.6);
  }
  if (is_everybody(after) && !is_everybody(before)) {
    return concern("exposure.wildcard", 2.3, "open to every address",
                   "Everybody who can reach the port may try passwords, or gets in.");
  }
  if (is < was) {
    return concern("protection.weakened", 2.05,
                   fmt::format("{} is a weaker proof than {}", after.method, before.method),
                   "Passwords can be read on the way or guessed from what was read.");
  }
  if (encryption(after) < encryption(before) && !is_this_machine(after)) {
    return concern("protection.weakened", 2.05, "connections without TLS are let in",
                   "Passwords and data travel in plain text when a client does not ask for TLS.");
  }
  return std::nullopt;
}

// A record that nothing stood for before.
std::optional<Concern> alone(const HbaLine& line, bool new_file) {
  const int proof = strength(line.method);
  const double step = new_file ? 0.5 : 0;
  if (proof == 5 || proof < 0) {
    return std::nullopt;
  }
  if (proof == 0) {
    return trusted((is_this_machine(line) ? 1.1 : 2.3) - step);
  }
  if (is_everybody(line)) {
    return concern("exposure.wildcard", (proof >= 3 && encryption(line) == 2 ? 1.3 : 1.7) - step,
                   "open to every address", "Everybody who can reach the port may try passwords.");
  }
  if (line.method == "password" && encryption(line) < 2 && !is_this_machine(line)) {
    return concern("protection.weakened", 1.5 - step, "the password travels in plain text",
                   "Whoever listens on the way has the password.");
  }
  return std::nullopt;
}

} // namespace

std::optional<HbaLine> hba_line(const std::string& path, const Setting& setting) {
  const auto in_list = [](const std::string& segment) {
    const std::string name = to_lower(segment.substr(0, segment.find('[')));
    return name.find("pg_hba") != std::string::npos || name.find("pghba") != std::string::npos;
  };
  const std::vector<std::string>& key = setting.key.segments;
  std::vector<std::string> words;
  if (std::any_of(key.begin(), key.end(), in_list)) {
    words = words_of(setting.value);
  }
  if ((words.empty() || !is_type(words.front())) && !key.empty()) {
    // "host all all 10.0.0.0/8" = "md5", of the file itself or of one that stands in another.
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name.find("pg_hba") != std::string::npos || std::any_of(key.begin(), key.end(), in_list)) {
      words = words_of(key.back() + " " + setting.value);
    }
  }
  if (words.size() < 4 || !is_type(words[0])) {
    return std::nullopt;
  }
  HbaLine line;
  line.type = words[0];
  line.database = words[1];
  line.user = words[2];
  std::size_t at = 3;
  if (line.type != "local") {
    line.address = to_lower(words[at++]);
    // A mask of its own: "10.0.0.0 255.0.0.0".
    if (at < words.size() && strength(words[at]) < 0 &&
        words[at].find_first_not_of("0123456789.:abcdefABCDEF") == std::string::npos) {
      line.address += "/" + words[at++];
    }
  }
  if (at >= words.size()) {
    return std::nullopt;
  }
  line.method = to_lower(words[at]);
  return line;
}

std::unordered_map<const SettingChange*, Concern>
opened_hba_lines(const FileContext& file, std::span<const SettingChange> changes,
                 const std::function<bool(const SettingChange&)>& moved) {
  std::unordered_map<const SettingChange*, Concern> found;
  struct Gone {
    const SettingChange* change;
    HbaLine line;
    bool taken;
  };
  std::vector<Gone> gone;
  for (const SettingChange& change : changes) {
    if (change.change == ChangeKind::removed && !moved(change) && gone.size() < k_partners) {
      if (std::optional<HbaLine> line = hba_line(file.path, *change.old_setting)) {
        gone.push_back({&change, std::move(*line), false});
      }
    }
  }
  for (const SettingChange& change : changes) {
    if (change.change == ChangeKind::removed || moved(change)) {
      continue;
    }
    const std::optional<HbaLine> after = hba_line(file.path, *change.new_setting);
    if (!after) {
      continue;
    }
    std::optional<Concern> made;
    if (change.change == ChangeKind::modified) {
      const std::optional<HbaLine> before = hba_line(file.path, *change.old_setting);
      made = before ? compare(*before, *after) : std::nullopt;
    } else {
      const auto partner = std::find_if(gone.begin(), gone.end(), [&](const Gone& other) {
        return !other.taken && other.line.database == after->database &&
               other.line.user == after->user &&
               (other.line.type == "local") == (after->type == "local");
      });
      if (partner != gone.end()) {
        partner->taken = true;
        made = compare(partner->line, *after);
        if (made) {
          made->reasons.push_back(fmt::format(
              "takes the place of \"{} {} {} {} {}\"", partner->line.type, partner->line.database,
              partner->line.user, partner->line.address, partner->line.method));
        }
      } else {
        made = alone(*after, file.status == FileStatus::added);
      }
      if (made) {
        made->restorable = false;
      }
    }
    if (made) {
      found.emplace(&change, std::move(*made));
    }
  }
  for (const Gone& other : gone) {
    if (!other.taken && other.line.method == "reject") {
      Concern made =
          concern("protection.removed", 1.4, "who was refused here may match a later line",
                  "Connections that were turned away are let in by the lines below.");
      made.restorable = false;
      found.emplace(other.change, std::move(made));
    }
  }
  return found;
}

} // namespace leadline
