#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

Concern weakened(const Subject& s, double urgency, std::string tail) {
  const Parameter* parameter = s.meaning.parameter;
  Concern made;
  made.rule = "protection.weakened";
  made.urgency = urgency;
  made.confidence = parameter != nullptr ? 1 : 0.85;
  made.tail = std::move(tail);
  made.effect = parameter != nullptr && !parameter->effect_down.empty()
                    ? parameter->effect_down
                    : "Injected script that the browser refused runs.";
  made.check = parameter != nullptr ? parameter->check : "";
  made.reasons = {"a weaker level than before"};
  return made;
}

// The whole policy as one text.
std::optional<Concern> judge_text(const Subject& s) {
  const auto opens = [](std::string_view text) {
    return (text.find("unsafe-inline") != std::string_view::npos ? 1 : 0) +
           (text.find("unsafe-eval") != std::string_view::npos ? 1 : 0) +
           (text.find(" *") != std::string_view::npos ? 1 : 0);
  };
  if (opens(s.new_value) > opens(s.old_value)) {
    return weakened(s, 1.1 + (s.meaning.parameter != nullptr ? weight_of(s.meaning.impact) : 1.0),
                    "the content policy lets more in");
  }
  // "default-src;": a fetch directive without sources allows nothing at all.
  const auto empty_directives = [](std::string_view text) {
    int empty = 0;
    for (const std::string_view directive : split(text, ';')) {
      const std::string_view words = trim(directive);
      empty += words.ends_with("-src") && words.find(' ') == std::string_view::npos ? 1 : 0;
    }
    return empty;
  };
  if (empty_directives(s.new_value) > empty_directives(s.old_value)) {
    Concern broken;
    broken.rule = "value.malformed";
    broken.urgency = 1.9;
    broken.confidence = 0.8;
    broken.tail = "a directive lost its sources";
    broken.effect = "A fetch directive without sources allows nothing: scripts, styles or "
                    "everything is blocked.";
    broken.check =
        "Read the policy directive by directive; a semicolon in the wrong place is enough.";
    return broken;
  }
  Concern made;
  made.rule = "protection.changed";
  made.urgency = 1.2;
  made.confidence = 0.6;
  made.tail = "another content policy";
  made.effect = "What the policy no longer names is blocked in every browser, or let in.";
  made.check = "Try the pages with the browser's console open; was report-only tried first?";
  return made;
}

// "scriptSrc[1]", "script-src": a directive as a list of its own
// (https://helmetjs.github.io/#content-security-policy,
// https://django-csp.readthedocs.io/en/latest/configuration.html,
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Content-Security-Policy).
enum class Directive { none, runs, shows, frames };

Directive directive_of(const Subject& s) {
  const std::string around = s.parents + s.leaf;
  if (!has_phrase(around, "content security policy") && !has_phrase(around, "csp") &&
      !has_phrase(around, "directives")) {
    return Directive::none;
  }
  for (const std::string_view words :
       {"script src", "default src", "object src", "script src elem", "worker src", "base uri"}) {
    if (has_phrase(s.leaf, words)) {
      return Directive::runs;
    }
  }
  if (has_phrase(s.leaf, "frame ancestors") || has_phrase(s.leaf, "form action")) {
    return Directive::frames;
  }
  return has_phrase(s.leaf, "src") ? Directive::shows : Directive::none;
}

bool is_wide(std::string_view source) {
  std::string text = to_lower(trim(source));
  text.erase(std::remove(text.begin(), text.end(), '\''), text.end());
  constexpr std::array<std::string_view, 8> k_wide = {
      "*", "https:", "http:", "https://*", "http://*", "data:", "unsafe-eval", "unsafe-inline"};
  return std::find(k_wide.begin(), k_wide.end(), text) != k_wide.end();
}

std::optional<Concern> judge_directive(const Subject& s, Directive directive) {
  if (s.kind() == ChangeKind::removed) {
    const std::string text = to_lower(s.old_value);
    if (text.find("none") == std::string::npos || directive == Directive::shows) {
      return std::nullopt; // one source fewer is stricter
    }
    Concern made = weakened(s, 1.4, "what it refused falls to the default directive, or is free");
    made.rule = "protection.removed";
    made.restorable = false;
    return made;
  }
  if (!is_wide(s.new_value) || is_wide(s.old_value)) {
    return std::nullopt;
  }
  if (s.kind() == ChangeKind::added && s.file->status == FileStatus::added) {
    return std::nullopt;
  }
  Concern made = weakened(s, directive == Directive::shows ? 1.2 : 2.15,
                          fmt::format("the content policy admits {}", trim(s.new_value)));
  made.restorable = s.modified();
  return made;
}

} // namespace

std::optional<Concern> judge_content_policy(const Subject& s) {
  const bool policy = has_phrase(s.leaf, "content security policy") || has_phrase(s.leaf, "csp");
  if (s.modified() && policy && !s.old_is_template && !s.new_is_template && !s.new_switch) {
    return judge_text(s);
  }
  const Directive directive = directive_of(s);
  return directive == Directive::none || s.new_is_template ? std::nullopt
                                                           : judge_directive(s, directive);
}

} // namespace leadline
