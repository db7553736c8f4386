#include "analyzers/settings/code/string_settings.hpp"

#include "analyzers/settings/code/command_line.hpp"
#include "analyzers/settings/code/config_text.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "analyzers/settings/code/sql_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_longest_line = 2048;
constexpr std::size_t k_longest_word = 4096;
constexpr std::size_t k_longest_text = 256 << 10;

const SyntaxNode& at(const SyntaxTree& tree, int node) {
  return tree.nodes[static_cast<std::size_t>(node)];
}

Setting make(const SyntaxTree& tree, int node, std::vector<std::string> path,
             std::string_view value) {
  Setting setting;
  setting.key.segments = std::move(path);
  setting.value = std::string(value);
  setting.first_line = at(tree, node).first_line;
  setting.last_line = at(tree, node).last_line;
  return setting;
}

// "a = 1\n": a line of a configuration that the program puts together.
std::vector<Setting> escaped_lines(std::string_view text, int line,
                                   std::vector<std::string> parent) {
  if (text.size() > k_longest_line ||
      (text.find(" = ") == std::string_view::npos && text.find("\\n") == std::string_view::npos)) {
    return {};
  }
  std::string lines(text);
  for (std::size_t mark = lines.find("\\n"); mark != std::string::npos;
       mark = lines.find("\\n", mark + 1)) {
    lines.replace(mark, 2, " \n");
  }
  // Lines of a list are lines of one text: their place says nothing.
  if (!parent.empty() && parent.back().ends_with(']')) {
    parent.back().erase(parent.back().rfind('['));
    if (parent.back().empty()) {
      parent.pop_back();
    }
  }
  std::vector<Setting> settings = read_config_text(lines, 0, parent);
  for (Setting& setting : settings) {
    setting.first_line = setting.last_line = line;
  }
  return settings;
}

bool runs_another(std::string_view command) {
  constexpr auto names =
      std::to_array<std::string_view>({"command", "env", "exec", "nohup", "sudo", "time"});
  return std::find(names.begin(), names.end(), command) != names.end();
}

} // namespace

std::vector<Setting> settings_in_string(const SyntaxTree& tree, int node,
                                        std::vector<std::string> parent) {
  const std::string_view literal = tree.text_of(node);
  const StringContent content = string_content(literal);
  if (const std::optional<Placeholder> is = placeholder(content.text)) {
    return {make(tree, node, {std::string(is->name)}, is->value)};
  }
  if (const std::optional<SqlSetting> is = sql_setting(content.text)) {
    Setting setting = make(tree, node, {std::string(is->name)}, is->value);
    setting.context = "postgresql.mysql"; // one of them: which one the name tells
    return {std::move(setting)};
  }
  const int outer = at(tree, node).parent;
  const bool is_documentation = outer >= 0 && at(tree, outer).kind == "expression_statement";
  if (is_documentation || content.text.empty() || content.text.size() > k_longest_text) {
    return {};
  }
  if (literal.find('\n') == std::string_view::npos) {
    return escaped_lines(content.text, at(tree, node).first_line, std::move(parent));
  }
  const auto before = std::count(
      literal.begin(), literal.begin() + static_cast<std::ptrdiff_t>(content.begin), '\n');
  return read_config_text(content.text, at(tree, node).first_line + static_cast<int>(before),
                          parent);
}

std::vector<Setting> settings_in_tag(const SyntaxTree& tree, int node) {
  std::string_view text = string_content(tree.text_of(node)).text.substr(0, k_longest_line);
  std::string_view name;
  std::string_view value;
  while (true) {
    const std::size_t colon = text.find(":\"");
    const std::size_t end = colon == std::string_view::npos ? colon : text.find('"', colon + 2);
    if (end == std::string_view::npos) {
      break;
    }
    const std::string_view key = trim(text.substr(0, colon));
    const std::string_view inside = text.substr(colon + 2, end - colon - 2);
    if (key == "default" || key == "envDefault") {
      value = inside;
    } else if (name.empty() || key == "env" || key == "envconfig") {
      name = inside.substr(0, inside.find(','));
    }
    text.remove_prefix(end + 1);
  }
  if (value.empty() || !is_key_like(name)) {
    return {};
  }
  return {make(tree, node, {std::string(name)}, value)};
}

ShellCommand read_command(const SyntaxTree& tree, int node) {
  ShellCommand command;
  std::vector<int> parts;
  std::vector<std::string> words;
  for (const int child : tree.children(node)) {
    const SyntaxNode& is = at(tree, child);
    const std::string_view text = tree.text_of(child);
    if ((is.field != "argument" && is.field != "name") || text.size() > k_longest_word) {
      command.rest.push_back(child);
      continue;
    }
    if (words.size() == 1 && runs_another(words.front())) { // sudo sysctl -w ...
      words.clear();
      parts.clear();
    }
    parts.push_back(child);
    words.emplace_back(role_of(is.kind, is.field) == NodeRole::string ? string_content(text).text
                                                                      : text);
  }
  if (words.empty()) {
    return command;
  }
  const std::string name = words.front().substr(words.front().rfind('/') + 1);
  std::vector<bool> is_stated(words.size());
  for (Flag& flag : flags_of(words)) {
    Setting setting = make(tree, parts[flag.word], {name, std::move(flag.name)}, flag.value);
    if (flag.word == 0) {
      setting.key.segments.erase(setting.key.segments.begin()); // env POOL=20 app
    }
    setting.context = name;
    command.settings.push_back(std::move(setting));
    is_stated[flag.word] = true;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!is_stated[i] && i > 0 && words[i].find("://") != std::string::npos) {
      // psql "postgres://db/app?sslmode=require": where it goes to.
      Setting setting = make(tree, parts[i], {name}, words[i]);
      setting.context = name;
      command.settings.push_back(std::move(setting));
    } else if (!is_stated[i]) {
      command.rest.push_back(parts[i]);
    }
  }
  return command;
}

} // namespace leadline
