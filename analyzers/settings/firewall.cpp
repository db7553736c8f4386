// Lines of packet filters: iptables-save, nftables, and commands in scripts that write them.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace leadline {
namespace {

constexpr std::size_t k_lines_read = 300;

bool is_table(std::string_view text) {
  constexpr std::array<std::string_view, 6> k_families = {"inet ", "ip ",     "ip6 ",
                                                          "arp ",  "bridge ", "netdev "};
  if (text.substr(0, 6) != "table ") {
    return false;
  }
  const std::string_view rest = trim(text.substr(6));
  return std::any_of(k_families.begin(), k_families.end(), [&](std::string_view family) {
    return rest.substr(0, family.size()) == family;
  });
}

bool is_saved_table(std::string_view text) {
  return text == "*filter" || text == "*nat" || text == "*mangle" || text == "*raw" ||
         text == "*security";
}

// The words of "iptables -A INPUT ...", "ip6tables ...", "ufw allow ...": the program's name, or ""
// for another command.
std::string_view filter_program(std::string_view text) {
  if (text.substr(0, 5) == "sudo ") {
    text = trim(text.substr(5));
  }
  const std::string_view first = text.substr(0, text.find_first_of(" \t"));
  const std::string_view name = first.substr(first.rfind('/') + 1); // npos + 1 is 0
  return name == "iptables" || name == "ip6tables" || name == "ufw" ? name : std::string_view();
}

} // namespace

bool is_packet_filter(const TextLines& lines) {
  for (std::size_t i = 0; i < std::min(lines.size(), k_lines_read); ++i) {
    const std::string_view text = trim(lines[i].text);
    if (text.empty() || text.front() == '#' || is_template_only(text)) {
      continue;
    }
    return is_saved_table(text) || is_table(text) || text == "flush ruleset";
  }
  return false;
}

// https://man7.org/linux/man-pages/man8/iptables-save.8.html: "*filter", ":INPUT DROP [0:0]",
// "-A INPUT ..."; https://man7.org/linux/man-pages/man8/nft.8.html: blocks of tables and chains.
void read_packet_filter(const Reading& reading) {
  SettingTree::Place block = reading.place;
  std::string name = "filter";
  for (const TextLine& line : reading.lines) {
    const std::string_view text = without_comment(trim(line.text), "#");
    if (text.empty() || is_template_only(text) || text == "COMMIT") {
      continue;
    }
    if (is_saved_table(text)) {
      name = std::string(text.substr(1));
    } else if (text.back() == '{') {
      const std::vector<std::string_view> all = words(text.substr(0, text.size() - 1));
      if (!all.empty() && all[0] == "chain" && all.size() > 1) {
        name = "chain[" + std::string(all[1]) + "]";
      }
    } else if (text != "}") {
      const std::string_view rule = text.back() == ';' ? text.substr(0, text.size() - 1) : text;
      reading.tree.add(block, name, {rule, ValueSyntax::plain, line.number, line.number});
    }
  }
}

std::vector<Setting> filter_commands(std::string_view text) {
  std::vector<Setting> found;
  if (text.find("iptables") == std::string_view::npos &&
      text.find("ip6tables") == std::string_view::npos &&
      text.find("ufw") == std::string_view::npos) {
    return found;
  }
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    const std::string_view command = without_comment(trim(line), "#");
    const std::string_view program = filter_program(command);
    if (program.empty() || command.back() == '\\') {
      continue;
    }
    Setting setting;
    setting.key.segments = {std::string(program)};
    setting.value = std::string(command);
    setting.first_line = setting.last_line = number;
    found.push_back(std::move(setting));
  }
  return found;
}

} // namespace leadline
