#include "analyzers/settings/code/brace_reader.hpp"

#include "analyzers/settings/code/engine_context.hpp"
#include "analyzers/settings/code/jsonnet_calls.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/text_block.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "analyzers/settings/things.hpp"
#include "base/text.hpp"

#include <fmt/ranges.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_deepest_path = 24;
constexpr std::size_t k_longest_expression = 48; // tokens
constexpr std::size_t k_longest_value = 2048;    // bytes

// A brace, bracket or parenthesis that is open; the first stands for the text itself.
struct Frame {
  char open = '{';
  std::size_t base = 0;          // length of the path outside of its keys
  bool in_value = false;         // after a key's '=' or ':'
  bool may_be_named = false;     // a block without labels, an item of a list
  bool is_block = false;         // of HCL
  bool is_variable = false;      // HCL's variable block
  int index = 0;                 // of the next item
  std::size_t first_setting = 0; // of those stated inside
  std::size_t context_length = 0;
  Things::Id thing = Things::k_file;
  std::string name;        // of its entry called name, id or key
  std::string own;         // last segment of the path around it
  std::string_view callee; // of Jsonnet's call, "" none
};

bool is_literal_word(std::string_view word) {
  return word == "true" || word == "false" || word == "null";
}

class Reader {
public:
  Reader(BraceLanguage language, std::string_view text)
      : m_is_hcl(language == BraceLanguage::hcl), m_tokens(brace_tokens(language, text)) {
    if (!m_is_hcl) {
      m_parameters = jsonnet_functions(m_tokens);
    }
  }

  std::vector<Setting> run() {
    m_frames.push_back({});
    while (m_at < m_tokens.size()) {
      const BraceToken& token = m_tokens[m_at];
      if (is_close(token)) {
        close();
      } else if (token.kind == TokenKind::line_end) {
        ++m_at;
        if (m_is_hcl && top().open == '{') {
          end_value();
        }
      } else if (token.text == "," || token.text == ";") {
        ++m_at;
        end_value();
      } else if (top().in_value) {
        rest_of_value();
      } else {
        start();
      }
    }
    while (m_frames.size() > 1) {
      close();
    }
    const std::vector<std::string> places = m_things.places();
    for (std::size_t i = 0; i < m_settings.size(); ++i) {
      m_settings[i].place = places[m_thing_of[i]];
    }
    std::stable_sort(m_settings.begin(), m_settings.end(), [](const Setting& a, const Setting& b) {
      return a.first_line < b.first_line;
    });
    return std::move(m_settings);
  }

private:
  Frame& top() { return m_frames.back(); }
  const BraceToken* token(std::size_t at) const {
    return at < m_tokens.size() ? &m_tokens[at] : nullptr;
  }
  bool is(std::size_t at, std::string_view text) const {
    return at < m_tokens.size() && m_tokens[at].text == text;
  }
  static bool is_close(const BraceToken& token) {
    return token.text == "}" || token.text == "]" || token.text == ")";
  }

  void end_value() {
    top().in_value = false;
    m_path.resize(std::min(m_path.size(), top().base));
  }

  void push(std::string segment) {
    if (m_path.size() < k_deepest_path) {
      m_path.push_back(bounded_segment(std::move(segment)));
    }
  }

  void open(char with, bool may_be_named) {
    Frame frame;
    frame.open = with;
    frame.base = m_path.size();
    frame.own = m_path.empty() ? std::string() : m_path.back();
    frame.may_be_named = may_be_named;
    frame.first_setting = m_settings.size();
    frame.context_length = m_contexts.size();
    frame.thing = m_frames.empty() ? Things::k_file : top().thing;
    m_frames.push_back(std::move(frame));
    ++m_at;
  }

  void close() {
    ++m_at;
    if (m_frames.size() == 1) {
      return;
    }
    const Frame frame = std::move(m_frames.back());
    m_frames.pop_back();
    if (frame.may_be_named && !frame.name.empty() && frame.base > 0) {
      give_name(frame);
    }
    m_contexts.resize(std::min(m_contexts.size(), frame.context_length));
    m_path.resize(std::min(m_path.size(), frame.base));
    if (!m_path.empty() && m_path.size() == frame.base) {
      m_path.back() = frame.own;
    }
    if (!top().in_value) {
      end_value();
    }
  }

  // `parameter { name = "x" value = 5 }` is parameter.x; the other entries are in parameter[x].
  void give_name(const Frame& frame) {
    const std::size_t place = frame.base - 1;
    if (frame.is_block) {
      m_things.rename(frame.thing, frame.own + "[" + frame.name + "]");
    }
    for (std::size_t i = frame.first_setting; i < m_settings.size(); ++i) {
      std::vector<std::string>& path = m_settings[i].key.segments;
      if (path.size() <= place) {
        continue;
      }
      std::string plain = path[place].substr(0, path[place].rfind('['));
      if (path.size() == place + 2 && path.back() == "value") {
        path[place] = std::move(plain);
        path.back() = frame.name;
      } else {
        path[place] = plain + "[" + frame.name + "]";
      }
    }
  }

  // What stands where a key or an item may begin.
  void start() {
    if (!m_is_hcl && is(m_at, "local")) {
      ++m_at;
      return;
    }
    if (top().open == '[') {
      m_path.resize(std::min(m_path.size(), top().base));
      item();
      return;
    }
    if (top().open == '(' && !is(m_at + 1, "=")) {
      positional();
      top().in_value = true; // an argument: else only what it holds counts
      return;
    }
    const BraceToken& first = m_tokens[m_at];
    if (!m_is_hcl && m_frames.size() == 1 && !is(m_at + 1, "=")) {
      top().in_value = true; // the document itself
      return;
    }
    if (first.kind != TokenKind::name && first.kind != TokenKind::string &&
        first.kind != TokenKind::number) {
      // A computed key or a template's mark: step over it. What opens here has no key.
      if (first.text == "{" || first.text == "[" || first.text == "(") {
        open(first.text[0], false);
      } else {
        ++m_at;
      }
      return;
    }
    key();
  }

  // A literal argument of a Jsonnet call, by the parameter's name where the file defines the
  // function, else by its place.
  void positional() {
    const std::string_view callee = top().callee;
    const int index = top().index++;
    const bool alone = is(m_at + 1, ",") || is(m_at + 1, ")");
    if (callee.empty() || !alone || !is_amount(m_tokens[m_at])) {
      return;
    }
    const std::size_t depth = m_path.size();
    const auto known = m_parameters.find(callee);
    if (known != m_parameters.end()) {
      if (static_cast<std::size_t>(index) >= known->second.size()) {
        return;
      }
      push(std::string(known->second[static_cast<std::size_t>(index)]));
    } else if (const std::string_view set = jsonnet_setter(callee); !set.empty()) {
      push(std::string(set));
    } else {
      push(std::string(callee) + "[" + std::to_string(index) + "]");
    }
    emit(m_at, m_at);
    m_path.resize(depth);
  }

  void item() {
    const std::string place = "[" + std::to_string(top().index++) + "]";
    if (m_path.empty()) {
      push(place);
    } else if (m_path.back().size() < 200) { // lists in lists without end
      m_path.back() = top().own + place;
    }
    top().in_value = true;
    value();
  }

  void key() {
    std::vector<std::string_view> words;
    std::size_t at = m_at;
    while (token(at) != nullptr && words.size() < 8 &&
           (m_tokens[at].kind == TokenKind::name || m_tokens[at].kind == TokenKind::string ||
            (words.empty() && m_tokens[at].kind == TokenKind::number))) {
      words.push_back(m_tokens[at].kind == TokenKind::string ? m_tokens[at].content
                                                             : m_tokens[at].text);
      ++at;
      if (!m_is_hcl) {
        break;
      }
    }
    const std::string_view mark = token(at) == nullptr ? std::string_view() : m_tokens[at].text;
    const bool assigns = mark == "=" || mark == ":" || mark == "::" || mark == ":::" ||
                         mark == "+:" || mark == "+::" || mark == "+:::";
    if (assigns && words.size() == 1) {
      m_at = at + 1;
      if (!(top().is_variable && words[0] == "default")) {
        push(std::string(words[0]));
      }
      top().in_value = true;
      remember_name(words[0], at + 1);
      value();
    } else if (mark == "{" && m_is_hcl) {
      m_at = at;
      block(words);
    } else if (mark == "(" && !m_is_hcl) {
      m_at = at;
      open('(', false); // a function's parameters
    } else {
      m_at = std::max(at, m_at + 1);
    }
  }

  void remember_name(std::string_view key, std::size_t at) {
    const bool is_name = key == "name" || key == "id" || key == "key";
    if (is_name && top().name.empty() && token(at) != nullptr &&
        m_tokens[at].kind == TokenKind::string && !m_tokens[at].content.empty() &&
        m_tokens[at].content.size() <= 80) {
      top().name = std::string(m_tokens[at].content);
    }
  }

  void block(const std::vector<std::string_view>& words) {
    push(std::string(words[0]));
    if (words.size() >= 3) {
      push(std::string(words[1]) + "[" + std::string(words[2]) + "]");
    } else if (words.size() == 2) {
      push(std::string(words[1]));
    }
    open('{', words.size() == 1 && m_frames.size() > 1);
    top().is_block = true;
    top().thing = m_things.block(top().thing, fmt::to_string(fmt::join(words, " ")));
    top().is_variable = words[0] == "variable" && words.size() == 2;
    if (words.size() >= 2 && (words[0] == "resource" || words[0] == "data" ||
                              words[0] == "provider" || words[0] == "module")) {
      m_contexts.emplace_back(words[1]);
    }
  }

  // At the first token of a value.
  void value() {
    const BraceToken* first = token(m_at);
    if (first == nullptr || first->kind == TokenKind::line_end) {
      return;
    }
    if (first->kind == TokenKind::text_block) {
      text_block(*first);
      return;
    }
    std::size_t end = m_at;
    int depth = 0;
    bool is_literal = true;
    for (; end < m_tokens.size() && end - m_at <= k_longest_expression; ++end) {
      const BraceToken& part = m_tokens[end];
      if (part.text == "{" || part.text == "[" || part.kind == TokenKind::text_block) {
        if (part.text != "[" || end == m_at || m_tokens[end - 1].kind != TokenKind::name ||
            !m_is_hcl) {
          return; // rest_of_value goes into it
        }
        ++depth;
      } else if (part.text == "(") {
        ++depth;
      } else if (is_close(part)) {
        if (--depth < 0) {
          break;
        }
      } else if (depth == 0 && (part.text == "," || part.text == ";" ||
                                (part.kind == TokenKind::line_end && m_is_hcl))) {
        break;
      }
      is_literal = is_literal && (part.kind != TokenKind::name || is_literal_word(part.text));
    }
    if (end == m_at || end - m_at > k_longest_expression || (!is_literal && !m_is_hcl)) {
      return;
    }
    std::size_t last = end - 1;
    while (last > m_at && m_tokens[last].kind == TokenKind::line_end) {
      --last;
    }
    emit(m_at, last);
    m_at = end;
  }

  void emit(std::size_t first, std::size_t last) {
    const BraceToken& begin = m_tokens[first];
    const BraceToken& end = m_tokens[last];
    // An argument without a name says nothing.
    if (m_path.empty() || (top().open == '(' && m_path.size() <= top().base)) {
      return;
    }
    Setting setting;
    setting.key.segments = m_path;
    if (first == last && begin.kind == TokenKind::string) {
      setting.value = std::string(begin.content);
      setting.syntax = ValueSyntax::quoted;
    } else {
      const auto size =
          static_cast<std::size_t>(end.text.data() + end.text.size() - begin.text.data());
      setting.value = single_line(std::string_view(begin.text.data(), size));
    }
    if (setting.value.size() > k_longest_value) {
      return;
    }
    setting.first_line = begin.line;
    setting.last_line = end.line;
    add(std::move(setting));
  }

  void add(Setting setting) {
    m_keys.take(setting.key);
    setting.context = m_contexts.empty() ? std::string() : m_contexts.back();
    m_settings.push_back(std::move(setting));
    m_thing_of.push_back(top().thing);
  }

  void text_block(const BraceToken& block) {
    for (Setting& setting : read_text_block(block.content, block.content_line, m_path)) {
      add(std::move(setting));
    }
    ++m_at;
  }

  // Inside an expression: what opens is below the key.
  void rest_of_value() {
    const BraceToken& here = m_tokens[m_at];
    if (here.text == "{" || here.text == "[" || here.text == "(") {
      const bool is_item = top().open == '[' && here.text == "{";
      const bool is_call =
          !m_is_hcl && here.text == "(" && m_at > 0 && m_tokens[m_at - 1].kind == TokenKind::name;
      const std::string_view callee = is_call ? m_tokens[m_at - 1].text : std::string_view();
      open(here.text[0], is_item);
      top().callee = callee;
    } else if (here.kind == TokenKind::text_block) {
      text_block(here);
    } else {
      ++m_at;
    }
  }

  bool m_is_hcl;
  std::vector<BraceToken> m_tokens;
  JsonnetFunctions m_parameters;
  std::size_t m_at = 0;
  std::vector<Frame> m_frames;
  std::vector<std::string> m_path;
  std::vector<std::string> m_contexts;
  std::vector<Setting> m_settings;
  KeyBudget m_keys;
  Things m_things;
  std::vector<Things::Id> m_thing_of; // by setting
};

} // namespace

std::vector<Setting> read_braces(BraceLanguage language, std::string_view text) {
  std::vector<Setting> settings = Reader(language, text).run();
  name_engines(settings);
  return settings;
}

} // namespace leadline
