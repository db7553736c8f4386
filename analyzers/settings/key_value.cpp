// Files of "key value" and "key = value" lines: PostgreSQL, Redis, sshd, sysctl, limits.conf,
// pg_hba.conf, crontabs.
#include "analyzers/settings/code/command_line.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace leadline {
namespace {

bool holds(std::string_view path, std::string_view word) {
  return path.find(word) != std::string_view::npos;
}

// Keys may hold signs that identifiers do not: "net/ipv4", "$WorkDirectory", "*.info".
bool is_key(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return is_blank(c) || c == '"' || c == '\'' || c == '(' || c == ')' || c == ',' || c == ';';
  });
}

class KeyValueReader {
public:
  explicit KeyValueReader(const Reading& reading) : m_reading(reading), m_block(reading.place) {
    const std::string path = to_lower(reading.path);
    m_hba = holds(path, "pg_hba") || holds(path, "pg_ident");
    m_limits = holds(path, "limits.conf") || holds(path, "limits.d/");
    m_cron = holds(path, "cron");
    m_sudoers = holds(path, "sudoers");
  }

  void read() {
    const TextLines& lines = m_reading.lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::string_view text = trim(lines[i].text);
      if (text.empty() || text.front() == '#' || text.front() == ';' || text.substr(0, 2) == "//" ||
          is_template_only(text)) {
        continue;
      }
      const std::size_t first = i;
      std::string whole;
      if (text.back() == '\\') {
        for (;;) {
          const bool more = !text.empty() && text.back() == '\\';
          whole.append(more ? text.substr(0, text.size() - 1) : text).push_back(' ');
          if (!more || i + 1 >= lines.size()) {
            break;
          }
          text = trim(lines[++i].text);
        }
        text = whole;
      }
      line(text, lines[first].number, lines[i].number);
    }
  }

private:
  void line(std::string_view text, int first, int last) {
    m_first = first;
    m_last = last;
    if (m_sudoers) {
      sudo_rule(text);
      return;
    }
    if (text.front() == '[' && text.back() == ']') {
      m_block = m_reading.tree.block(m_reading.place, text.substr(1, text.size() - 2));
      return;
    }
    if (m_hba || m_limits || m_cron) {
      table_row(without_comment(text, "#"));
      return;
    }
    const std::vector<std::string_view> all = words(without_comment(text, "#"));
    if (all.empty()) {
      return;
    }
    // sshd_config(5): a Match or Host block lasts until the next one.
    if ((all[0] == "Match" || all[0] == "Host") && all.size() > 1) {
      std::string segment(all[0]);
      segment.append("[").append(trim(text.substr(all[0].size()))).append("]");
      m_block = m_reading.tree.block(m_reading.place, segment);
      return;
    }
    assignment(text);
  }

  // "USER HOSTS=(WHOM) COMMANDS": what the user may do (sudoers(5)).
  void sudo_rule(std::string_view text) {
    const std::size_t end = text.find_first_of(" \t");
    if (end != std::string_view::npos && text.front() != '@') {
      const ValueSyntax syntax = ValueSyntax::plain;
      m_reading.tree.add(m_block, text.substr(0, end),
                         {trim(text.substr(end)), syntax, m_first, m_last});
    }
  }

  void assignment(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0) {
      std::string_view key = trim(text.substr(0, equals));
      if (!key.empty() && (key.back() == '?' || key.back() == '+' || key.back() == ':')) {
        key = trim(key.substr(0, key.size() - 1));
      }
      if (key.substr(0, 7) == "export ") {
        key = trim(key.substr(7));
      }
      if (is_key(key)) {
        add(key, scan_value(text.substr(equals + 1), "#"));
        return;
      }
    }
    const std::size_t end = text.find_first_of(" \t");
    std::string_view key = text.substr(0, end);
    std::string_view rest =
        end == std::string_view::npos ? std::string_view{} : trim(text.substr(end));
    if (key.size() > 1 && key.back() == ':') {
      key.remove_suffix(1);
    } else if (const std::size_t colon = key.find(':'); rest.empty() &&
                                                        colon != std::string_view::npos &&
                                                        is_identifier(key.substr(0, colon))) {
      rest = key.substr(colon + 1);
      key = key.substr(0, colon);
    }
    if (!is_key(key)) {
      return;
    }
    const std::string_view cut = without_comment(rest, "#");
    add(key, unquoted(!cut.empty() && cut.back() == ';' ? cut.substr(0, cut.size() - 1) : cut));
  }

  // A row whose last column is the value and whose other columns say what it is for.
  void table_row(std::string_view text) {
    const std::vector<std::string_view> all = words(text);
    if (m_cron && all.size() > 1 && text.find('=') != std::string_view::npos &&
        is_identifier(all[0].substr(0, all[0].find('=')))) {
      assignment(text);
      return;
    }
    if (m_limits && all.size() == 4) {
      const SettingTree::Place who = m_reading.tree.child(m_block, all[0]);
      const SettingTree::Place type = m_reading.tree.child(who, all[1]);
      m_reading.tree.add(type, all[2], {all[3], ValueSyntax::plain, m_first, m_last});
      return;
    }
    if (m_cron) {
      const std::size_t columns = !all.empty() && all[0].front() == '@' ? 1 : 5;
      if (all.size() > columns) {
        const std::size_t end = static_cast<std::size_t>(all[columns].data() - text.data());
        cron_job(trim(text.substr(end)), trim(text.substr(0, end)));
      }
      return;
    }
    // pg_hba.conf: type, database, user, address, method and its options.
    const std::size_t columns = !all.empty() && all[0] == "local" ? 3 : 4;
    if (all.size() > columns) {
      const std::size_t end = static_cast<std::size_t>(all[columns].data() - text.data());
      std::string key;
      for (std::size_t i = 0; i < columns; ++i) {
        key.append(i == 0 ? "" : " ").append(all[i]);
      }
      add(key, {trim(text.substr(end)), ValueSyntax::plain});
    }
  }

  // The schedule stands under what is run, up to its first option; the options below it, so that
  // another one is a change of the same job.
  void cron_job(std::string_view command, std::string_view schedule) {
    std::size_t end = command.size();
    for (const std::string_view word : words(command)) {
      if (word.front() == '-' || word.front() == '>' || word.front() == '<' ||
          word.front() == '|' || word.front() == '&' || word.front() == ';') {
        end = static_cast<std::size_t>(word.data() - command.data());
        break;
      }
    }
    const std::string_view name = trim(command.substr(0, end));
    if (name.empty()) {
      add(command, {schedule, ValueSyntax::plain});
      return;
    }
    add(name, {schedule, ValueSyntax::plain});
    if (end == command.size()) {
      return;
    }
    const SettingTree::Place job = m_reading.tree.child(m_block, name);
    std::vector<std::string> rest = command_words(command.substr(end));
    rest.erase(std::remove_if(rest.begin(), rest.end(),
                              [](const std::string& word) {
                                return word.front() == '>' || word.substr(0, 2) == "2>" ||
                                       word.substr(0, 2) == "1>";
                              }),
               rest.end());
    for (const Flag& flag : flags_of(rest)) {
      m_reading.tree.add(job, flag.name, {flag.value, ValueSyntax::plain, m_first, m_last});
    }
  }

  void add(std::string_view key, const Scanned& value) {
    m_reading.tree.add(m_block, key, {value.value, value.syntax, m_first, m_last});
  }

  const Reading& m_reading;
  SettingTree::Place m_block;
  bool m_hba = false;
  bool m_limits = false;
  bool m_cron = false;
  bool m_sudoers = false;
  int m_first = 0;
  int m_last = 0;
};

} // namespace

void read_key_value(const Reading& reading) {
  if (is_dns_zone(reading.lines)) {
    return read_dns_zone(reading);
  }
  if (is_packet_filter(reading.lines)) {
    return read_packet_filter(reading);
  }
  KeyValueReader(reading).read();
}

void read_unknown(const Reading& reading) {
  for (const TextLine& line : reading.lines) {
    if (const auto found = loose_assignment(line.text)) {
      // "services.db = {" opens a block of a language that nobody here reads.
      if (found->value.find_first_not_of("{[(") == std::string_view::npos &&
          found->syntax == ValueSyntax::plain) {
        continue;
      }
      reading.tree.add(reading.place, found->key,
                       {found->value, found->syntax, line.number, line.number});
      continue;
    }
    // Flags on a line of their own or after a command.
    if (line.text.find("--") == std::string_view::npos) {
      continue;
    }
    for (std::string_view word : words(line.text)) {
      const std::size_t equals = word.find('=');
      if (word.substr(0, 2) == "--" && equals != std::string_view::npos &&
          is_identifier(word.substr(2, equals - 2))) {
        const Scanned value = unquoted(word.substr(equals + 1));
        reading.tree.add(reading.place, word.substr(0, equals),
                         {value.value, value.syntax, line.number, line.number});
      }
    }
  }
}

} // namespace leadline
