#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// One line of a packet filter, as far as it says who is let in.
struct FirewallLine {
  std::string chain;        // lower case: "input", "forward"; "" where the line does not say
  bool policy = false;      // what holds when no rule matches
  bool admits = false;      // else it refuses
  bool matches_all = false; // no condition at all
  std::string source;       // as written; "" from everywhere
  std::string rest;         // the conditions without the source, to tell the rule again

  bool restricted() const; // to fewer than all sources
};

// iptables and what iptables-save writes ("-A INPUT -s 10.0.0.0/8 --dport 22 -j ACCEPT",
// ":INPUT DROP [0:0]", https://man7.org/linux/man-pages/man8/iptables.8.html), nftables
// ("ip saddr 10.0.0.0/8 tcp dport 22 accept", "type filter hook input priority 0; policy drop",
// https://man7.org/linux/man-pages/man8/nft.8.html) and ufw ("default deny incoming", "allow from
// 10.0.0.0/8 to any port 22", https://manpages.debian.org/bookworm/ufw/ufw.8.en.html).
// nullopt for other text and for lines that neither admit nor refuse. Output chains are none.
std::optional<FirewallLine> firewall_line(std::string_view text);

} // namespace leadline
