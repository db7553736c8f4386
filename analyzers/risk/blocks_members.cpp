#include "analyzers/domains/words.hpp"
#include "analyzers/risk/changed_blocks.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace leadline {
namespace {

enum class Members { servers, queues, label_names, name_servers };

// A member of a list that does the list's work: "upstream[web].server", "backend[api].server[b]",
// "queues[2]", "inhibit_rules[0].equal[1]", "@.NS". `list` is the key of the list, the same for its
// other members.
struct Member {
  Members of = Members::servers;
  std::string list;
};

std::string start_of(const KeyPath& key, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += key.segments[i] + '.';
  }
  return text;
}

std::optional<Member> member_of(const std::string& path, const Setting& setting) {
  const std::vector<std::string>& key = setting.key.segments;
  const std::size_t size = key.size();
  if (size == 0) {
    return std::nullopt;
  }
  // https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server
  if (size >= 2 && key[size - 1] == "server" && segment_name(key[size - 2]) == "upstream") {
    return Member{Members::servers, start_of(setting.key, size - 1)};
  }
  // https://docs.haproxy.org/2.8/configuration.html#4.2-server
  if (size >= 3 && key[size - 1] == "address" && segment_name(key[size - 2]) == "server" &&
      (segment_name(key[size - 3]) == "backend" || segment_name(key[size - 3]) == "listen")) {
    return Member{Members::servers, start_of(setting.key, size - 2)};
  }
  const bool item = key[size - 1].find('[') != std::string::npos;
  const std::string_view name = segment_name(key[size - 1]);
  // https://github.com/sidekiq/sidekiq/wiki/Advanced-Options#queues
  if (item && to_lower(name) == "queues" && has_phrase(spaced_words(path), "sidekiq")) {
    return Member{Members::queues, start_of(setting.key, size - 1)};
  }
  // https://prometheus.io/docs/alerting/latest/configuration/#inhibition-related-settings
  if (name == "equal" && size >= 2 && segment_name(key[size - 2]) == "inhibit_rules") {
    return Member{Members::label_names, start_of(setting.key, size - 1)};
  }
  // RFC 1035, section 3.3.11
  if (size >= 2 && key[size - 1] == "NS") {
    return Member{Members::name_servers, start_of(setting.key, size - 1)};
  }
  return std::nullopt;
}

struct List {
  Members of = Members::servers;
  std::vector<const SettingChange*> gone;
  std::size_t came = 0;
  std::size_t left = 0;
  bool stands = false; // one of its lines is in both versions
};

Concern lost_member(const List& list) {
  const bool most = list.gone.size() >= list.left;
  const auto count = fmt::format("{} of {}", list.gone.size(), list.gone.size() + list.left);
  switch (list.of) {
  case Members::servers:
    return block_concern(list.left <= 1 ? "replicas.single" : "replicas.reduced", most ? 1.7 : 1.25,
                         list.left <= 1 ? "one server is left: when it fails, the service is gone"
                                        : count + " servers get no requests any more",
                         "The servers that are left carry the whole load, and fewer may fail.",
                         "How busy are the others at peak?");
  case Members::queues:
    return block_concern("replicas.zero", 1.5, "nobody takes jobs from this queue any more",
                         "Jobs that are put there wait for ever, without an error.",
                         "Does anything still put jobs there, and which process takes them?");
  case Members::label_names:
    return block_concern("alert.downgraded", list.left == 0 ? 1.6 : 1.25,
                         list.left == 0 ? "one alert mutes all others, whatever they are about"
                                        : "one alert mutes those of more than its own source",
                         "An alert of one cluster or service silences those of all.",
                         "Which labels do the two alerts have to share?");
  case Members::name_servers:
    return block_concern(
        "replicas.reduced", most ? 1.7 : 1.25, count + " name servers are gone for this name",
        "Fewer servers answer for the zone; with one, its failure takes every name "
        "below it away.",
        "Does the parent zone still name the server that goes?");
  }
  return {};
}

// "equal: [alertname, cluster]" on one line.
std::size_t items_on_line(const Setting& setting) {
  const std::string_view text = trim(setting.value);
  if (!text.starts_with('[')) {
    return text.empty() ? 0 : 1;
  }
  return trim(text.substr(1, text.size() - 2)).empty()
             ? 0
             : static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) + 1;
}

} // namespace

void find_lost_members(const ChangedFile& changed, BlockConcerns& found) {
  std::map<std::string, List> lists;
  for (const SettingChange& change : changed.changes) {
    if (changed.moved(change)) {
      continue;
    }
    const std::optional<Member> member = member_of(changed.file.path, change.any());
    if (!member) {
      continue;
    }
    List& list = lists[member->list];
    list.of = member->of;
    if (change.change == ChangeKind::removed) {
      list.gone.push_back(&change);
    } else if (change.change == ChangeKind::added) {
      ++list.came;
    } else if (member->of == Members::label_names &&
               items_on_line(*change.new_setting) < items_on_line(*change.old_setting)) {
      list.gone.push_back(&change);
      list.left = items_on_line(*change.new_setting);
      list.stands = true;
    }
  }
  if (lists.empty()) {
    return;
  }
  std::set<std::string> keys; // of the new version, to find the block around a list
  for (const Setting& setting : changed.head) {
    if (const std::optional<Member> member = member_of(changed.file.path, setting)) {
      if (const auto at = lists.find(member->list); at != lists.end()) {
        at->second.left += 1;
      }
    }
    keys.insert(setting.key.text() + '.');
  }
  const auto stays = [&](const std::string& block) {
    const auto at = keys.lower_bound(block);
    return at != keys.end() && at->starts_with(block);
  };
  for (const auto& [name, list] : lists) {
    // Another server in the place of one is another address; a list that goes with its block was
    // given up.
    if (list.gone.empty() || list.came >= list.gone.size() || (!list.stands && !stays(name))) {
      continue;
    }
    if (list.of != Members::label_names && list.left == 0) {
      continue;
    }
    note_concern(found, *list.gone.front(), lost_member(list));
  }
}

} // namespace leadline
