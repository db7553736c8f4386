#include "app/config/yaml_tree.hpp"

#include "base/text.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <cstddef>
#include <map>
#include <optional>
#include <sstream>

namespace leadline {
namespace {

constexpr std::size_t k_max_bytes = 256UL * 1024;
constexpr std::size_t k_max_depth = 12;
constexpr int k_max_values = 20'000;

// Ends the reading of a text that is not worth going on with.
struct Stop {
  YamlMistake mistake;
};

// Builds the tree from yaml-cpp's events: its own tree resolves aliases and forgets doubled keys.
class Builder final : public YAML::EventHandler {
public:
  explicit Builder(std::vector<YamlMistake>& mistakes) : m_mistakes(mistakes) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(node(YamlNode::Kind::null, mark, "", anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Stop{{line_of(mark), "aliases are not supported: write the value again"}};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode scalar = node(YamlNode::Kind::scalar, mark, tag, anchor);
    scalar.text = value;
    scalar.quoted = tag == "!";
    // yaml-cpp reports "null" and "~" as text when they are plain.
    if (!scalar.quoted && (value == "null" || value == "~" || value == "Null" || value == "NULL")) {
      scalar.kind = YamlNode::Kind::null;
    }
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(node(YamlNode::Kind::list, mark, tag, anchor));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(node(YamlNode::Kind::map, mark, tag, anchor));
  }
  void OnMapEnd() override { close(); }

  YamlNode take() { return std::move(m_root); }

private:
  struct Level {
    YamlNode node;
    std::optional<YamlNode> key;      // of a map: waits for its value
    std::map<std::string, int> lines; // of a map: where each key stands
  };

  static int line_of(const YAML::Mark& mark) { return mark.line + 1; }

  YamlNode node(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      m_mistakes.push_back({line_of(mark), "anchors are not supported"});
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      m_mistakes.push_back({line_of(mark), "tag \"" + tag + "\" is not supported"});
    }
    if (++m_values > k_max_values) {
      throw Stop{{line_of(mark), "more than 20000 values"}};
    }
    YamlNode made;
    made.kind = kind;
    made.line = line_of(mark);
    return made;
  }

  void open(YamlNode made) {
    if (m_levels.size() >= k_max_depth) {
      throw Stop{{made.line, "nested deeper than 12 levels"}};
    }
    m_levels.push_back({std::move(made), std::nullopt, {}});
  }

  void close() {
    YamlNode done = std::move(m_levels.back().node);
    m_levels.pop_back();
    add(std::move(done));
  }

  void add(YamlNode made) {
    if (m_levels.empty()) {
      m_root = std::move(made);
      return;
    }
    Level& level = m_levels.back();
    if (level.node.kind == YamlNode::Kind::list) {
      level.node.items.push_back(std::move(made));
    } else if (!level.key) {
      if (made.kind != YamlNode::Kind::scalar) {
        m_mistakes.push_back({made.line, "a key must be a plain text"});
      }
      level.key = std::move(made);
    } else {
      add_entry(level, std::move(made));
    }
  }

  void add_entry(Level& level, YamlNode value) {
    YamlNode key = std::move(*level.key);
    level.key.reset();
    if (key.kind != YamlNode::Kind::scalar) {
      return;
    }
    const auto [first, added] = level.lines.emplace(key.text, key.line);
    if (!added) {
      m_mistakes.push_back({key.line, "\"" + key.text + "\" is set twice, first in line " +
                                          std::to_string(first->second)});
      return;
    }
    level.node.entries.push_back({std::move(key), std::move(value)});
  }

  std::vector<YamlMistake>& m_mistakes;
  std::vector<Level> m_levels;
  YamlNode m_root;
  int m_values = 0;
};

} // namespace

YamlNode read_yaml(std::string_view text, std::vector<YamlMistake>& mistakes) {
  if (text.size() > k_max_bytes) {
    mistakes.push_back({1, "larger than 256 KiB"});
    return {};
  }
  Builder builder(mistakes);
  try {
    std::istringstream stream(to_valid_utf8(text));
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    YamlNode root = builder.take();
    Builder rest(mistakes);
    if (parser.HandleNextDocument(rest)) {
      mistakes.push_back({rest.take().line, "a second document: only one is read"});
    }
    return root;
  } catch (const Stop& stop) {
    mistakes.push_back(stop.mistake);
  } catch (const YAML::Exception& e) {
    mistakes.push_back({e.mark.is_null() ? 1 : e.mark.line + 1, "not YAML: " + e.msg});
  }
  return builder.take();
}

} // namespace leadline
