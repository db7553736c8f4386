#include "analyzers/risk/removed_blocks.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/alert_words.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 40; // segments of a key that are told apart
// How far the lines of one removed document reach from its schedule.
constexpr std::size_t k_reach = 16;
// So many alerts that go from one file were cleared out on purpose: the first stands for them.
constexpr std::size_t k_clearance = 3;
constexpr double k_remark = 0.9;

std::string joined(const std::vector<std::string>& segments, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += segments[i];
    text += '\0';
  }
  return text;
}

// "pagerdutyconfigs" of "pagerduty_configs[0]".
std::string plain_name(const std::string& segment) {
  return normalize_key(segment.substr(0, segment.find('[')));
}

// "command[2]"
bool is_argument(const std::string& segment) {
  const std::string name = plain_name(segment);
  const std::size_t open = segment.find('[');
  return open != std::string::npos && open + 1 < segment.size() && segment[open + 1] >= '0' &&
         segment[open + 1] <= '9' &&
         (name == "command" || name == "args" || name == "cmd" || name == "entrypoint");
}

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

bool speaks_of_backups(std::string_view text) {
  return any_phrase(spaced_words(text),
                    {"backup", "backups", "snapshot", "snapshots", "dump", "pgbackrest", "restic",
                     "velero", "barman", "basebackup", "pgdump", "pg dump"});
}

Concern made(std::string rule, double urgency, double confidence, std::string tail,
             std::string effect, std::string check) {
  Concern concern;
  concern.rule = std::move(rule);
  concern.urgency = urgency;
  concern.confidence = confidence;
  concern.tail = std::move(tail);
  concern.effect = std::move(effect);
  concern.check = std::move(check);
  concern.restorable = false;
  return concern;
}

class Reader {
public:
  Reader(std::span<const SettingChange> changes, std::span<const Setting> head,
         const std::function<bool(const SettingChange&)>& moved)
      : m_changes(changes), m_head(head), m_moved(moved) {
    for (const Setting& setting : head) {
      const std::vector<std::string>& key = setting.key.segments;
      std::string text;
      for (std::size_t i = 0; i < std::min(key.size(), k_deepest); ++i) {
        text += key[i];
        text += '\0';
        m_blocks.insert(text);
      }
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (changes[i].change == ChangeKind::removed) {
        if (!changes[i].old_setting->key.segments.empty()) {
          m_removed.push_back(i);
        }
      } else if (changes[i].change == ChangeKind::added &&
                 changes[i].new_setting->key.leaf() == "alert") {
        ++m_new_alerts;
      }
    }
  }

  RemovedBlocks read() {
    group();
    for (const auto& [prefix, members] : m_gone) {
      read_probe(members);
      take_along(members);
    }
    read_alerts();
    read_routes();
    read_receivers();
    for (const std::size_t i : m_removed) {
      read_backup(i);
    }
    return std::move(m_found);
  }

  // A file that goes as a whole: only what nobody misses until it is needed.
  RemovedBlocks read_file() {
    for (const std::size_t i : m_removed) {
      read_backup(i);
    }
    return std::move(m_found);
  }

private:
  const Setting& old_of(std::size_t i) const { return *m_changes[i].old_setting; }
  const std::vector<std::string>& key_of(std::size_t i) const { return old_of(i).key.segments; }
  bool stays(const std::vector<std::string>& key, std::size_t count) const {
    return count == 0 || count > k_deepest || m_blocks.count(joined(key, count)) > 0;
  }
  // How many segments name the largest block that went with this setting; all of them: none went.
  std::size_t block_of(std::size_t i) const {
    const std::vector<std::string>& key = key_of(i);
    std::size_t count = 1;
    while (count < key.size() && stays(key, count)) {
      ++count;
    }
    return count;
  }
  void tell(std::size_t i, Concern concern) {
    m_found.concerns.try_emplace(&m_changes[i], std::move(concern));
  }

  void group() {
    for (const std::size_t i : m_removed) {
      const std::size_t count = block_of(i);
      if (count < key_of(i).size()) {
        m_gone[joined(key_of(i), count)].push_back(i);
      }
    }
  }

  // A container, service or server that is gone took along what it was told. A block of settings
  // about the thing that stays (resources, tls, securityContext) did not.
  void take_along(const std::vector<std::size_t>& members) {
    const std::size_t first = members.front();
    const std::string& name = key_of(first)[block_of(first) - 1];
    const auto is_identity = [&](std::size_t i) {
      const std::string leaf = spaced_words(key_parts(old_of(i).key).leaf);
      return leaf == " image " || leaf == " name " || leaf == " host " || leaf == " url " ||
             leaf == " command " || leaf == " repository " || leaf == " uri " ||
             leaf == " endpoint " || leaf == " address " || leaf == " port " || leaf == " source ";
    };
    if (is_argument(name)) {
      return; // a word of a command line went, not what the command starts
    }
    if (name.back() == ']' || std::any_of(members.begin(), members.end(), is_identity)) {
      for (const std::size_t i : members) {
        m_found.taken.insert(&m_changes[i]);
      }
    }
  }

  void read_probe(const std::vector<std::size_t>& members) {
    struct Probe {
      std::string_view name;
      double urgency;
      std::string_view tail;
      std::string_view effect;
    };
    constexpr std::array<Probe, 5> k_probes = {{
        {"readinessprobe", 1.7,
         "the readiness probe is gone: nothing keeps traffic from a copy that is not ready",
         "Requests reach copies that still start, or that have lost what they depend on."},
        {"livenessprobe", 1.4, "the liveness probe is gone: nothing restarts a copy that hangs",
         "A program that hangs without ending stays as it is until somebody looks."},
        {"startupprobe", 1.2, "the startup probe is gone: the other probes begin at once",
         "A slow start is taken for a failure and ended."},
        {"healthcheck", 1.4,
         "the health check is gone: nothing notices a program that no longer answers",
         "A program that hangs counts as healthy, and what waits for it starts too early."},
        {"contentsecuritypolicy", 1.4, "the content policy is gone: the library's own one holds",
         "What the policy refused, injected scripts among it, may load and run."},
    }};
    const std::size_t first = members.front();
    const std::string name = plain_name(key_of(first)[block_of(first) - 1]);
    const auto probe = std::find_if(k_probes.begin(), k_probes.end(),
                                    [&](const Probe& p) { return p.name == name; });
    const bool off = std::any_of(members.begin(), members.end(), [&](std::size_t i) {
      const std::string_view leaf = old_of(i).key.leaf();
      return (leaf == "enabled" && parse_switch(old_of(i).value) == false) ||
             (leaf == "disable" && parse_switch(old_of(i).value) == true);
    });
    if (probe == k_probes.end() || off || m_moved(m_changes[first])) {
      return;
    }
    tell(first,
         made("protection.removed", probe->urgency, 0.85, std::string(probe->tail),
              std::string(probe->effect), "What notices a copy that does not answer from now on?"));
  }

  void read_alerts() {
    struct Rule {
      int loud = 0;
      bool elsewhere = false; // the same condition under another name
    };
    std::unordered_map<std::string, Rule> rules; // by the prefix of their keys
    for (const std::size_t i : m_removed) {
      const std::vector<std::string>& key = key_of(i);
      if (key.back() == "severity" && key.size() > 2) {
        rules[joined(key, key.size() - 2)].loud = loudness(old_of(i).value); // below "labels"
      } else if (key.back() == "expr" && m_moved(m_changes[i])) {
        rules[joined(key, key.size() - 1)].elsewhere = true;
      }
    }
    std::vector<std::pair<int, std::size_t>> lost; // loudness, change
    for (const std::size_t i : m_removed) {
      const std::vector<std::string>& key = key_of(i);
      if (key.back() != "alert" || key.size() < 2 || block_of(i) >= key.size() ||
          m_moved(m_changes[i])) {
        continue;
      }
      const Rule rule = rules[joined(key, key.size() - 1)];
      if (!rule.elsewhere) {
        lost.emplace_back(rule.loud, i);
      }
    }
    std::stable_sort(lost.begin(), lost.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    const bool replaced = m_new_alerts >= lost.size();
    // All of them, with the section that they stood in: somebody moved the watching elsewhere.
    const bool cleared =
        lost.size() > 1 && std::none_of(m_head.begin(), m_head.end(), [](const Setting& setting) {
          return setting.key.leaf() == "alert";
        });
    for (std::size_t n = 0; n < lost.size(); ++n) {
      const auto [loud, i] = lost[n];
      const bool told = lost.size() <= k_clearance || n == 0;
      Concern concern =
          made("alert.removed", loud == 3 && !replaced && !cleared && told ? 1.75 : k_remark, 0.85,
               loud == 3 ? "nobody is woken by it any more" : "the alert is gone",
               "The next incident of this kind is noticed by users first.",
               "What tells of it instead, and when did it last fire?");
      if (lost.size() > 1) {
        concern.reasons.push_back(fmt::format("{} alerts go from this file", lost.size()));
      }
      if (replaced) {
        concern.reasons.push_back("as many alerts come as go");
      }
      tell(i, std::move(concern));
    }
  }

  void read_routes() {
    const auto is_route = [](const std::vector<std::string>& key) {
      return key.size() > 1 && key.back() == "receiver" &&
             (plain_name(key[key.size() - 2]) == "routes" ||
              plain_name(key[key.size() - 2]) == "route");
    };
    bool any = false;
    bool another = false;
    for (const Setting& setting : m_head) {
      const bool route = is_route(setting.key.segments);
      any = any || route;
      another = another || (route && reach(setting.value) == 2);
    }
    std::vector<std::size_t> lost;
    for (const std::size_t i : m_removed) {
      if (is_route(key_of(i)) && reach(old_of(i).value) == 2 && !m_moved(m_changes[i])) {
        lost.push_back(i);
      }
    }
    const bool cleared = lost.size() > 1 && !any;
    for (std::size_t n = 0; n < lost.size(); ++n) {
      const bool told = !cleared && (lost.size() <= k_clearance || n == 0);
      tell(lost[n], made("alert.removed",
                         !told     ? k_remark
                         : another ? 1.3
                                   : 2.1,
                         0.85,
                         another ? "alerts that went there take another way"
                                 : "no route leads to somebody who is woken",
                         "Alerts that woke somebody fall to the receiver above, or to nobody.",
                         "Who is woken when they fire at night?"));
      m_route_lost = true;
    }
  }

  // What a receiver calls: "receivers[night].pagerduty_configs[0].service_key".
  void read_receivers() {
    std::unordered_set<std::string> told;
    for (const std::size_t i : m_removed) {
      const std::vector<std::string>& key = key_of(i);
      for (std::size_t n = 0; n < std::min(key.size(), k_deepest); ++n) {
        const std::string name = plain_name(key[n]);
        const bool wakes =
            name == "pagerdutyconfigs" || name == "opsgenieconfigs" || name == "victoropsconfigs";
        if (!wakes || stays(key, n + 1) || m_moved(m_changes[i]) ||
            !told.insert(joined(key, n)).second) {
          continue;
        }
        tell(i, made("alert.removed", m_route_lost || told.size() > k_clearance ? k_remark : 1.9,
                     0.85, "the receiver no longer wakes anybody",
                     "Alerts that woke somebody are shown where nobody looks at night.",
                     "Who is woken when they fire at night?"));
      }
    }
  }

  // A job that makes backups, as an item of a list or a document of its own.
  void read_backup(std::size_t i) {
    const Setting& setting = old_of(i);
    const std::string leaf = spaced_words(key_parts(setting.key).leaf);
    const bool schedule = leaf == " schedule " || leaf == " cron " || leaf == " on calendar ";
    if (!schedule || m_moved(m_changes[i])) {
      return;
    }
    bool backs_up = speaks_of_backups(setting.key.text());
    // "kind: CronJob" and "name: db-backup" beside it.
    bool job = false;
    bool named = false;
    const std::size_t first = i > k_reach ? i - k_reach : 0;
    for (std::size_t n = first; n < std::min(i + k_reach, m_changes.size()); ++n) {
      if (m_changes[n].change == ChangeKind::removed) {
        const std::string_view key = old_of(n).key.leaf();
        job = job || (key == "kind" && old_of(n).value == "CronJob");
        named = named || (key == "name" && speaks_of_backups(old_of(n).value));
      }
    }
    if (backs_up || (job && named)) {
      tell(i, made("protection.removed", 2.05, 0.85, "nothing makes this backup any more",
                   "The loss is noticed when a backup is needed.",
                   "What backs this data up instead, and was a restore from it tried?"));
    }
  }

  std::span<const SettingChange> m_changes;
  std::span<const Setting> m_head;
  const std::function<bool(const SettingChange&)>& m_moved;
  std::unordered_set<std::string> m_blocks; // prefixes of the keys of the new version
  std::vector<std::size_t> m_removed;       // places in m_changes
  std::size_t m_new_alerts = 0;
  bool m_route_lost = false;
  std::map<std::string, std::vector<std::size_t>> m_gone; // by the prefix of the block
  RemovedBlocks m_found;
};

} // namespace

RemovedBlocks removed_blocks(const FileContext& file, std::span<const SettingChange> changes,
                             std::span<const Setting> head,
                             const std::function<bool(const SettingChange&)>& moved) {
  if (file.status == FileStatus::removed) {
    return Reader(changes, {}, moved).read_file();
  }
  return head.empty() ? RemovedBlocks() : Reader(changes, head, moved).read();
}

} // namespace leadline
