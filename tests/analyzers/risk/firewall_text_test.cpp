#include "analyzers/risk/firewall_text.hpp"

#include "analyzers/risk/untrusted_text.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("lines of packet filters are read", "[firewall_text]") {
  struct Row {
    std::string text;
    std::string expected; // "policy|rule admits|refuses SOURCE", "" no such line
  };
  for (const Row& row : {
           Row{":INPUT DROP [0:0]", "policy refuses "},
           Row{":OUTPUT DROP [0:0]", ""},
           Row{"-A INPUT -s 10.0.0.0/8 -p tcp --dport 22 -j ACCEPT", "rule admits 10.0.0.0/8"},
           Row{"iptables -I INPUT 1 -p tcp -j ACCEPT", "rule admits "},
           Row{"sudo iptables -t nat -A INPUT -j ACCEPT", ""},
           Row{"/sbin/ip6tables -P FORWARD DROP", "policy refuses "},
           Row{"-A INPUT -m comment --comment \"let in\" -j ACCEPT", "rule admits "},
           Row{"-A INPUT ! -s 10.0.0.0/8 -j LOG", ""},
           Row{"type filter hook input priority 0; policy drop;", "policy refuses "},
           Row{"type filter hook output priority 0; policy drop;", ""},
           Row{"ip saddr { 10.0.0.0/8, 192.168.0.0/16 } tcp dport 22 accept",
               "rule admits { 10.0.0.0/8 192.168.0.0/16 }"},
           Row{"ufw default deny incoming", "policy refuses "},
           Row{"ufw default allow outgoing", ""},
           Row{"ufw allow from 10.0.0.0/8 to any port 22", "rule admits 10.0.0.0/8"},
           Row{"a sentence about policy drop", ""},
           Row{"", ""},
           Row{"-", ""},
           Row{":", ""},
       }) {
    CAPTURE(row.text);
    const std::optional<FirewallLine> line = firewall_line(row.text);
    const std::string shown = !line ? ""
                                    : std::string(line->policy ? "policy " : "rule ") +
                                          (line->admits ? "admits " : "refuses ") + line->source;
    CHECK(shown == row.expected);
  }
}

TEST_CASE("what strangers write is told from what they cannot", "[firewall_text]") {
  struct Row {
    std::string script;
    std::string expected;
  };
  for (const Row& row : {
           Row{"echo ${{ github.event.issue.title }}", "github.event.issue.title"},
           Row{"echo ${{github.head_ref}}", "github.head_ref"},
           Row{"echo ${{ github.ref_name }} ${{ github.event.comment.body }}",
               "github.event.comment.body"},
           Row{"echo ${{ toJSON(github.event.pull_request.body) }}",
               "toJSON(github.event.pull_request.body)"},
           Row{"echo ${{ github.event.commits[0].author.name }}",
               "github.event.commits[0].author.name"},
           Row{"echo ${{ github.event.pull_request.number }}", ""},
           Row{"echo ${{ github.event.pull_request.base.ref }}", ""},
           Row{"echo ${{ contains(github.event.pull_request.title, 'x') }}", ""},
           Row{"echo ${{ secrets.TOKEN }} ${{ inputs.title }}", ""},
           Row{"echo ${{ github.event.issue.title", ""},
       }) {
    CAPTURE(row.script);
    CHECK(untrusted_text(row.script) == row.expected);
  }
}
