#include "app/config/yaml_reader.hpp"

#include "app/config/nearest.hpp"
#include "app/render/words.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace leadline {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t k_max_text = 1000; // bytes of one value
constexpr std::size_t k_max_shown = 60;

const std::vector<std::string>& severities() {
  static const std::vector<std::string> names = {"critical", "high", "medium", "low"};
  return names;
}

} // namespace

std::string YamlReader::shown(const YamlNode& node) {
  switch (node.kind) {
  case Kind::null:
    return "nothing";
  case Kind::list:
    return "a list";
  case Kind::map:
    return "a map";
  case Kind::scalar:
    break;
  }
  return "\"" + shortened(node.text, k_max_shown) + "\"";
}

void YamlReader::mistake(const YamlNode& node, const std::string& message) {
  m_mistakes.push_back({node.line, message});
}

void YamlReader::wrong_choice(const YamlNode& node, const std::string& name,
                              const std::vector<std::string>& names) {
  mistake(node, fmt::format("{} {} is not one of {}{}", name, shown(node), fmt::join(names, ", "),
                            did_you_mean(node.text, names)));
}

void YamlReader::map(const YamlNode& node, const std::string& where,
                     const std::vector<YamlField>& fields) {
  if (node.kind != Kind::map) {
    mistake(node, fmt::format("{}expected a map, got {}", where.empty() ? "" : where + ": ",
                              shown(node)));
    return;
  }
  std::vector<std::string> names;
  for (const YamlField& field : fields) {
    names.push_back(field.name);
  }
  for (const auto& [key, value] : node.entries) {
    const auto field =
        std::find_if(fields.begin(), fields.end(),
                     [&name = key.text](const YamlField& f) { return f.name == name; });
    if (field != fields.end()) {
      field->read(value);
      continue;
    }
    std::string hint = did_you_mean(key.text, names);
    if (hint.empty()) {
      hint = fmt::format(": the fields are {}", fmt::join(names, ", "));
    }
    mistake(key, fmt::format("unknown field {}{}{}", shown(key),
                             where.empty() ? "" : " of " + where, hint));
  }
}

YamlField YamlReader::text(const std::string& name, std::string& target) {
  return {name, [this, name, &target](const YamlNode& node) {
            if (const auto value = text_of(node, name)) {
              target = *value;
            }
          }};
}

YamlField YamlReader::text(const std::string& name, std::optional<std::string>& target) {
  return {name, [this, name, &target](const YamlNode& node) {
            if (const auto value = text_of(node, name)) {
              target = *value;
            }
          }};
}

YamlField YamlReader::boolean(const std::string& name, bool& target) {
  return {name, [this, name, &target](const YamlNode& node) {
            if (const auto value = bool_of(node)) {
              target = *value;
            } else {
              mistake(node, fmt::format("{}: expected true or false, got {}", name, shown(node)));
            }
          }};
}

YamlField YamlReader::integer(const std::string& name, int& target, int least, int most) {
  return {name, [this, name, &target, least, most](const YamlNode& node) {
            int value = 0;
            const char* const end = node.text.data() + node.text.size();
            const auto [at, failed] = std::from_chars(node.text.data(), end, value);
            if (node.kind != Kind::scalar || node.quoted || failed != std::errc() || at != end) {
              mistake(node, fmt::format("{}: expected a whole number, got {}", name, shown(node)));
            } else if (value < least || value > most) {
              mistake(node, fmt::format("{} {} is not in {}..{}", name, value, least, most));
            } else {
              target = value;
            }
          }};
}

YamlField YamlReader::severity(const std::string& name, std::function<void(Severity)> take) {
  return {name, [this, name, take](const YamlNode& node) {
            const auto value = node.kind == Kind::scalar ? severity_of(node.text) : std::nullopt;
            if (value) {
              take(*value);
            } else {
              wrong_choice(node, name, severities());
            }
          }};
}

YamlField YamlReader::severity_or_never(const std::string& name, std::function<void(Severity)> take,
                                        std::function<void()> take_never) {
  return {name, [this, name, take, take_never](const YamlNode& node) {
            const auto value = node.kind == Kind::scalar ? severity_of(node.text) : std::nullopt;
            if (value) {
              take(*value);
            } else if (node.kind == Kind::scalar && node.text == "never") {
              take_never();
            } else {
              std::vector<std::string> names = severities();
              names.push_back("never");
              wrong_choice(node, name, names);
            }
          }};
}

YamlField YamlReader::texts(const std::string& name, std::vector<std::string>& target) {
  return list(name, [this, name, &target](const YamlNode& item) {
    if (const auto value = text_of(item, name)) {
      target.push_back(*value);
    }
  });
}

YamlField YamlReader::list(const std::string& name, std::function<void(const YamlNode&)> each) {
  return {name, [this, name, each](const YamlNode& node) {
            if (node.kind != Kind::list) {
              mistake(node, fmt::format("{}: expected a list, got {}", name, shown(node)));
              return;
            }
            for (const YamlNode& item : node.items) {
              each(item);
            }
          }};
}

std::optional<bool> YamlReader::bool_of(const YamlNode& node) {
  const std::string text = to_lower(node.text);
  if (node.kind == Kind::scalar) {
    if (text == "true" || text == "on" || text == "yes") {
      return true;
    }
    if (text == "false" || text == "off" || text == "no") {
      return false;
    }
  }
  return std::nullopt;
}

std::optional<std::string> YamlReader::text_of(const YamlNode& node, const std::string& name) {
  if (node.kind != Kind::scalar || trim(node.text).empty()) {
    mistake(node, fmt::format("{}: expected a text, got {}", name, shown(node)));
    return std::nullopt;
  }
  if (node.text.size() > k_max_text) {
    mistake(node, fmt::format("{}: longer than {} bytes", name, k_max_text));
    return std::nullopt;
  }
  if (std::any_of(node.text.begin(), node.text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
      })) {
    mistake(node, fmt::format("{}: control characters are not allowed", name));
    return std::nullopt;
  }
  return node.text;
}

} // namespace leadline
