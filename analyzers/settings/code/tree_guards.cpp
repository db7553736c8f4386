#include "analyzers/settings/code/guard_code.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/retry_loop.hpp"
#include "analyzers/settings/code/tree_walk.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_longest_mark = 120; // bytes that are shown of it
constexpr std::size_t k_longest_name = 80;
constexpr int k_highest = 4;      // nodes between a decorator and what it stands on
constexpr int k_most_chained = 8; // decorators one below the other

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// What the rule before a call is about: `requestMatchers[/admin/**]` of
// `requestMatchers("/admin/**").hasRole("ADMIN")`, `anyRequest` of `anyRequest().permitAll()`.
std::string subject_of_rule(std::string_view receiver) {
  while (!receiver.empty() && (receiver.back() == '.' || receiver.back() == ' ' ||
                               receiver.back() == '\n' || receiver.back() == '\t')) {
    receiver.remove_suffix(1);
  }
  if (!receiver.ends_with(')')) {
    return {};
  }
  const std::size_t open = receiver.rfind('(');
  if (open == std::string_view::npos) {
    return {};
  }
  std::size_t start = open;
  while (start > 0 && is_name(receiver[start - 1])) {
    --start;
  }
  std::string subject(receiver.substr(start, open - start));
  const std::string_view inside = receiver.substr(open + 1, receiver.size() - open - 2);
  if (!inside.empty() && inside.size() <= k_longest_name) {
    std::string label = single_line(inside);
    label.erase(
        std::remove_if(label.begin(), label.end(),
                       [](char c) { return c == '"' || c == '\'' || c == '[' || c == ']'; }),
        label.end());
    subject += "[" + label + "]";
  }
  return subject;
}

} // namespace

// The name of the function or class that a decorator stands on; -1 without one.
int TreeWalk::decorated(int node) const {
  for (int outer = at(node).parent, up = 0; outer >= 0 && up < k_highest;
       outer = at(outer).parent, ++up) {
    if (const int definition = m_tree.child(outer, "definition"); definition >= 0) {
      return m_tree.child(definition, "name");
    }
    if (const int name = m_tree.child(outer, "name"); name >= 0 && name != node) {
      return name;
    }
    // TypeScript's stand beside the method.
    int next = at(node).subtree_end;
    for (int n = 0; n < k_most_chained && next < at(outer).subtree_end; ++n) {
      if (at(next).kind != "decorator") {
        const int name = m_tree.child(next, "name");
        if (name >= 0) {
          return name;
        }
        break;
      }
      next = at(next).subtree_end;
    }
  }
  return -1;
}

void TreeWalk::guard(int node, std::string_view callee, MarkForm form) {
  const std::string_view key = guard_key(callee, form);
  if (key.empty()) {
    return;
  }
  Setting setting;
  const std::string_view text = m_tree.text_of(node);
  setting.first_line = setting.last_line = at(node).first_line;
  if (form == MarkForm::decorator) {
    setting.value = single_line(text.substr(0, k_longest_mark));
    if (const int name = decorated(node); name >= 0) {
      setting.key.segments.emplace_back(m_tree.text_of(name).substr(0, k_longest_name));
      // With the line of what it stands on: where both go, the guard is not what went.
      setting.last_line = std::max(setting.last_line, at(name).first_line);
    }
  } else {
    const std::size_t part = callee.find_last_of(".:");
    const std::string_view name = callee.substr(part == std::string_view::npos ? 0 : part + 1);
    const int arguments = m_tree.child(node, "arguments");
    const std::size_t end = arguments >= 0 ? at(arguments).begin - at(node).begin : text.size();
    const std::size_t begin = text.substr(0, end).rfind(name);
    setting.value = std::string(key == "csrf" || key == "headers" ? callee : name) + "()";
    if (key == "access" && begin != std::string_view::npos) {
      if (text.size() - begin <= k_longest_mark) {
        setting.value = single_line(text.substr(begin));
      }
      if (std::string subject = subject_of_rule(text.substr(0, begin)); !subject.empty()) {
        setting.key.segments.push_back(std::move(subject));
      }
      setting.first_line = setting.last_line = at(node).last_line; // of a chain over many lines
    }
  }
  setting.key.segments.emplace_back(key);
  m_settings.push_back(std::move(setting));
}

// How often a loop tries again: `f.retry_attempts`.
void TreeWalk::loop(int node) {
  const std::optional<RetryLoop> is = retry_loop(m_tree, node);
  if (!is) {
    return;
  }
  Setting setting;
  if (!is->function.empty()) {
    setting.key.segments.push_back(is->function);
  }
  setting.key.segments.emplace_back("retry_attempts");
  setting.value = is->attempts;
  setting.first_line = setting.last_line = at(node).first_line;
  m_settings.push_back(std::move(setting));
}

} // namespace leadline
