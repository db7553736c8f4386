#include "analyzers/risk/firewall_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 1000; // bytes of a line

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view line : split(text, ' ')) {
    for (std::string_view word : split(line, '\t')) {
      word = trim(word);
      while (word.size() > 1 && (word.ends_with(';') || word.ends_with(','))) {
        word.remove_suffix(1);
      }
      if (!word.empty()) {
        words.emplace_back(word);
      }
    }
  }
  return words;
}

bool is_any(std::string_view source) {
  return source.empty() || source == "0.0.0.0/0" || source == "::/0" || source == "any" ||
         source == "0/0" || source == "anywhere";
}

// 1 lets in, -1 refuses, 0 neither
int verdict_of(std::string_view word) {
  const std::string text = to_lower(word);
  if (text == "accept" || text == "allow") {
    return 1;
  }
  return text == "drop" || text == "reject" || text == "deny" || text == "limit" ? -1 : 0;
}

// "INPUT", "FORWARD", "ufw-user-input", "DOCKER-USER": chains of what comes in.
bool is_incoming(std::string_view chain) {
  const std::string text = to_lower(chain);
  return text.find("input") != std::string::npos || text.find("forward") != std::string::npos ||
         text == "docker-user" || text == "incoming" || text == "in";
}

// iptables' own words. `at` is behind the chain.
std::optional<FirewallLine> iptables_rule(const std::vector<std::string>& words, std::size_t at,
                                          FirewallLine line) {
  bool negated = false;
  int verdict = 0;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    const bool more = at + 1 < words.size();
    if ((word == "-s" || word == "--source" || word == "--src") && more) {
      line.source = words[++at];
      negated = negated || line.source == "!";
    } else if ((word == "-j" || word == "--jump" || word == "-g") && more) {
      verdict = verdict_of(words[++at]);
    } else if (word == "--comment" && more) {
      break; // the verdict stands before or behind a text of any words
    } else if (word != "-m" && word != "comment") {
      line.rest += word + ' ';
    }
  }
  for (; at + 1 < words.size() && verdict == 0; ++at) {
    verdict = words[at] == "-j" ? verdict_of(words[at + 1]) : 0;
  }
  if (verdict == 0 || negated) {
    return std::nullopt;
  }
  line.admits = verdict > 0;
  line.matches_all = line.rest.empty() && is_any(line.source);
  return line;
}

std::optional<FirewallLine> iptables_line(const std::vector<std::string>& words) {
  FirewallLine line;
  if (words[0].size() > 1 && words[0][0] == ':' && words.size() >= 2) {
    line.chain = to_lower(words[0].substr(1));
    line.policy = true;
    line.admits = words[1] == "ACCEPT";
    return (words[1] == "ACCEPT" || words[1] == "DROP") && is_incoming(line.chain)
               ? std::optional(line)
               : std::nullopt;
  }
  for (std::size_t i = 0; i + 1 < words.size() && i < 4; ++i) {
    const std::string& word = words[i];
    if (word == "-t" && words[i + 1] != "filter") {
      return std::nullopt;
    }
    const bool policy = word == "-P" || word == "--policy";
    const bool adds = word == "-A" || word == "--append" || word == "-I" || word == "--insert";
    if ((!policy && !adds) || !is_incoming(words[i + 1])) {
      continue;
    }
    line.chain = to_lower(words[i + 1]);
    std::size_t at = i + 2;
    if (policy) {
      line.policy = true;
      const int verdict = at < words.size() ? verdict_of(words[at]) : 0;
      line.admits = verdict > 0;
      return verdict != 0 ? std::optional(line) : std::nullopt;
    }
    if (at < words.size() && words[at].find_first_not_of("0123456789") == std::string::npos) {
      ++at; // -I INPUT 1
    }
    return iptables_rule(words, at, line);
  }
  return std::nullopt;
}

// "policy drop" behind "hook input"; "ip saddr 10.0.0.0/8 tcp dport 22 accept".
std::optional<FirewallLine> nft_line(const std::vector<std::string>& words) {
  FirewallLine line;
  constexpr std::array<std::string_view, 13> k_starts = {"type", "policy", "ip",  "ip6",     "tcp",
                                                         "udp",  "ct",     "iif", "iifname", "meta",
                                                         "icmp", "accept", "drop"};
  if (std::find(k_starts.begin(), k_starts.end(), words[0]) == k_starts.end()) {
    return std::nullopt;
  }
  const auto policy = std::find(words.begin(), words.end(), "policy");
  if (policy != words.end() && policy + 1 != words.end()) {
    const auto hook = std::find(words.begin(), words.end(), "hook");
    const int verdict = verdict_of(policy[1]);
    if (verdict == 0 || (hook != words.end() && hook + 1 != words.end() && !is_incoming(hook[1]))) {
      return std::nullopt;
    }
    line.policy = true;
    line.admits = verdict > 0;
    return line;
  }
  int verdict = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "comment") {
      break;
    }
    if (words[i] == "saddr" && i + 1 < words.size()) {
      if (!line.rest.empty()) { // the "ip" before it
        line.rest.resize(line.rest.size() - words[i - 1].size() - 1);
      }
      if (words[i + 1] == "!=") {
        return std::nullopt;
      }
      for (++i; i < words.size(); ++i) { // "{ 10.0.0.0/8, 192.168.0.0/16 }"
        line.source += words[i] + ' ';
        if (line.source[0] != '{' || words[i].ends_with('}')) {
          break;
        }
      }
      line.source.resize(line.source.size() - 1);
    } else if (verdict_of(words[i]) != 0 && words[i] != "limit") {
      verdict = verdict_of(words[i]);
    } else if (words[i] != "counter") {
      line.rest += words[i] + ' ';
    }
  }
  if (verdict == 0) {
    return std::nullopt;
  }
  line.admits = verdict > 0;
  line.matches_all = line.rest.empty() && is_any(line.source);
  return line;
}

std::optional<FirewallLine> ufw_line(const std::vector<std::string>& words) {
  if (words.size() < 2) {
    return std::nullopt;
  }
  FirewallLine line;
  const bool fallback = words[0] == "default";
  const int verdict = verdict_of(words[fallback ? 1 : 0]);
  if (verdict == 0) {
    return std::nullopt;
  }
  line.admits = verdict > 0 && words[0] != "limit";
  if (fallback) {
    line.policy = true;
    const bool in = words.size() < 3 || is_incoming(words[2]) || words[2] == "routed";
    return in ? std::optional(line) : std::nullopt;
  }
  if (words[1] == "out") {
    return std::nullopt;
  }
  for (std::size_t i = 1; i < words.size() && words[i] != "comment"; ++i) {
    if (words[i] == "from" && i + 1 < words.size()) {
      line.source = words[++i];
    } else if (words[i] != "in" && words[i] != "to" && words[i] != "any") {
      line.rest += words[i] + ' ';
    }
  }
  return line;
}

} // namespace

bool FirewallLine::restricted() const { return !is_any(source); }

std::optional<FirewallLine> firewall_line(std::string_view text) {
  text = trim(text).substr(0, k_longest);
  if (text.empty() || text.find('\n') != std::string_view::npos) {
    return std::nullopt;
  }
  std::vector<std::string> words = words_of(text);
  while (!words.empty() && (words[0] == "sudo" || words[0] == "-w" || words[0] == "--wait")) {
    words.erase(words.begin());
  }
  if (words.size() < 1) {
    return std::nullopt;
  }
  const std::string program = words[0].substr(words[0].rfind('/') + 1); // npos + 1 is 0
  if (program == "ufw") {
    words.erase(words.begin());
    return words.empty() ? std::nullopt : ufw_line(words);
  }
  if (program == "iptables" || program == "ip6tables") {
    words.erase(words.begin());
    return words.empty() ? std::nullopt : iptables_line(words);
  }
  if (words[0][0] == ':' || words[0][0] == '-') {
    return iptables_line(words);
  }
  return nft_line(words);
}

} // namespace leadline
