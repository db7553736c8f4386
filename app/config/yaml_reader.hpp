#pragma once

#include "analyzers/policy.hpp"
#include "app/config/yaml_tree.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// One field of a map: its name and what reads its value.
struct YamlField {
  std::string name;
  std::function<void(const YamlNode&)> read;
};

// Reads nodes into values and collects mistakes; a value that cannot be read leaves its target as
// it is. The fields that it makes refer to it and to their targets.
class YamlReader {
public:
  explicit YamlReader(std::vector<YamlMistake>& mistakes) : m_mistakes(mistakes) {}

  void mistake(const YamlNode& node, const std::string& message);

  // Reads the entries of a map; an unknown one is a mistake that names the nearest field. `where`
  // is "" at the root, else what the map is: "split".
  void map(const YamlNode& node, const std::string& where, const std::vector<YamlField>& fields);

  YamlField text(const std::string& name, std::string& target);
  YamlField text(const std::string& name, std::optional<std::string>& target);
  YamlField boolean(const std::string& name, bool& target);
  YamlField integer(const std::string& name, int& target, int least, int most);
  YamlField severity(const std::string& name, std::function<void(Severity)> take);
  YamlField severity_or_never(const std::string& name, std::function<void(Severity)> take,
                              std::function<void()> take_never);
  YamlField texts(const std::string& name, std::vector<std::string>& target); // added to it
  YamlField list(const std::string& name, std::function<void(const YamlNode&)> each);

  // true, on, yes, false, off, no in any case.
  static std::optional<bool> bool_of(const YamlNode& node);
  // For messages: the text in quotes and shortened, or "a list".
  static std::string shown(const YamlNode& node);

private:
  std::optional<std::string> text_of(const YamlNode& node, const std::string& name);
  void wrong_choice(const YamlNode& node, const std::string& name,
                    const std::vector<std::string>& names);

  std::vector<YamlMistake>& m_mistakes;
};

} // namespace leadline
