#include "analyzers/domains/words.hpp"
#include "analyzers/risk/firewall_text.hpp"
#include "analyzers/risk/network_range.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

Concern opened(const Subject& s, double urgency, std::string tail) {
  Concern made;
  made.rule = "exposure.wildcard";
  made.urgency = s.file->status == FileStatus::added ? std::min(urgency, 1.0) : urgency;
  made.confidence = 0.85;
  made.tail = std::move(tail);
  made.effect = "What was refused on the way in is let in.";
  made.check = "Who has to reach it, and from where?";
  made.restorable = s.modified();
  return made;
}

// Lines of a packet filter; readers give them under these names (settings/firewall.cpp).
bool is_filter(const Subject& s) {
  constexpr std::array<std::string_view, 7> k_words = {"iptables", "ip6tables", "nft",     "ufw",
                                                       "filter",   "chain",     "firewall"};
  const std::string words = s.parents + s.leaf + spaced_words(s.file->path);
  return std::any_of(k_words.begin(), k_words.end(),
                     [&](std::string_view word) { return has_phrase(words, word); }) ||
         s.new_value.find("iptables -") != std::string::npos ||
         s.old_value.find("iptables -") != std::string::npos;
}

// Ports on which something answers that nobody outside should meet: ssh, RDP, databases, caches,
// orchestrators.
bool names_inner_port(std::string_view conditions) {
  constexpr std::array<std::string_view, 15> k_ports = {"22",   "2375", "2379", "3306",  "3389",
                                                        "5432", "5672", "6379", "6443",  "8500",
                                                        "9042", "9092", "9200", "11211", "27017"};
  const std::vector<std::string> words = split_words(conditions);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(k_ports.begin(), k_ports.end(), word) != k_ports.end() || word == "ssh";
  });
}

std::optional<Concern> compare(const Subject& s, const FirewallLine& before,
                               const FirewallLine& after) {
  if (before.policy != after.policy) {
    return std::nullopt;
  }
  if (!before.admits && after.admits) {
    return before.policy
               ? opened(s, 2.4, "whatever no rule refuses is let in")
               : opened(s, before.matches_all ? 2.3 : 2.1, "what this rule refused is let in");
  }
  if (!before.admits || !after.admits || before.policy) {
    return std::nullopt;
  }
  if (before.restricted() && !after.restricted()) {
    return opened(s, 2.25, "open to every address");
  }
  if (const auto wider = widened_range(before.source, after.source)) {
    Concern made = opened(s, wider->reserved ? 1.5 : 2.05, wider->range + " gets in");
    made.rule = "permission.widened";
    return made;
  }
  return std::nullopt;
}

std::optional<Concern> judge_line(const Subject& s) {
  if (!is_filter(s)) {
    return std::nullopt;
  }
  const std::optional<FirewallLine> before = firewall_line(s.old_value);
  const std::optional<FirewallLine> after = firewall_line(s.new_value);
  if (s.modified()) {
    return before && after ? compare(s, *before, *after) : std::nullopt;
  }
  if (before && !before->admits && (before->policy || before->matches_all)) {
    return opened(s, before->policy ? 2.1 : 1.6,
                  before->policy ? "without it whatever no rule refuses is let in"
                                 : "the line that refused the rest is gone");
  }
  if (after && after->admits && !after->restricted() &&
      (after->policy || after->matches_all || names_inner_port(after->rest)) &&
      s.file->status != FileStatus::added) {
    return opened(s, after->policy || after->matches_all ? 1.7 : 1.4, "open to every address");
  }
  return std::nullopt;
}

// "action: accept" of a rule that refused, whatever writes it: Puppet's firewall module
// (https://forge.puppet.com/modules/puppetlabs/firewall), Ansible's ufw and iptables modules,
// network ACLs and security rules of clouds.
std::optional<Concern> judge_verdict(const Subject& s) {
  constexpr std::array<std::string_view, 10> k_keys = {
      "action", "jump",        "policy",  "target", "verdict",
      "access", "rule action", "default", "rule",   "effect"};
  constexpr std::array<std::string_view, 18> k_filters = {
      "firewall",    "firewalld",     "iptables",      "ip6tables",      "nftables",
      "nft",         "ufw",           "ferm",          "shorewall",      "firewall multi",
      "network acl", "nacl",          "security rule", "security group", "nsg",
      "waf",         "network rules", "acl rule"};
  const std::string words = s.parents + s.leaf + spaced_words(s.setting().context);
  const auto any = [](std::string_view spaced, const auto& list) {
    return std::any_of(list.begin(), list.end(),
                       [&](std::string_view word) { return has_phrase(spaced, word); });
  };
  if (!s.modified() || !any(s.leaf, k_keys) ||
      !(any(words, k_filters) || any(spaced_words(s.file->path), k_filters))) {
    return std::nullopt;
  }
  const std::string before = to_lower(trim(s.old_value));
  const std::string after = to_lower(trim(s.new_value));
  constexpr std::array<std::string_view, 5> k_refuse = {"deny", "drop", "reject", "block",
                                                        "refuse"};
  constexpr std::array<std::string_view, 5> k_admit = {"accept", "allow", "permit", "pass",
                                                       "count"};
  const auto in = [](const auto& list, const std::string& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  if (!in(k_refuse, before) || !in(k_admit, after)) {
    return std::nullopt;
  }
  const bool outgoing = has_phrase(words, "outgoing") || has_phrase(words, "egress") ||
                        has_phrase(words, "outbound") || has_phrase(words, "output");
  return opened(s, outgoing ? 1.3 : 2.2,
                outgoing ? "what was refused on the way out is let out"
                         : "what was refused is let in");
}

} // namespace

std::optional<Concern> judge_firewall(const Subject& s) {
  if (auto made = judge_line(s)) {
    return made;
  }
  return s.new_is_template ? std::nullopt : judge_verdict(s);
}

} // namespace leadline
