#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/settings/code/guard_code.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// A layer that a program puts in front of itself, and what is missing without it.
struct Layer {
  std::string_view key;
  double urgency; // when it goes
  std::string_view tail;
  std::string_view effect;
};
constexpr std::array<Layer, 9> k_layers = {{
    {"UseAntiforgery", 1.7, "forged requests are no longer told apart",
     "Pages of other sites can act for whoever is logged in."},
    {"UseAuthentication", 2.2, "nobody is asked who they are any more",
     "Every request comes from nobody: pages that ask for a user refuse all, the others let all "
     "in."},
    {"UseAuthorization", 2.2, "nothing asks any more who may do what",
     "What was kept to some users is open to everybody who can reach it."},
    {"UseHsts", 1.4, "browsers are no longer told to use HTTPS only",
     "A first request over plain HTTP can be read and changed on the way."},
    {"UseHttpsRedirection", 1.5, "plain HTTP is answered instead of sent to HTTPS",
     "Passwords and cookies travel where everybody on the way can read them."},
    {"UseRateLimiter", 1.6, "nothing slows a flood of requests any more",
     "One client can take all of the capacity, or try passwords as fast as it likes."},
    {"csurf", 1.7, "forged requests are no longer told apart",
     "Pages of other sites can act for whoever is logged in."},
    {"headers", 1.6, "security headers are no longer sent",
     "Browsers frame the pages, guess types and run what a policy would have refused."},
    {"helmet", 1.6, "security headers are no longer sent",
     "Browsers frame the pages, guess types and run what a policy would have refused."},
}};
static_assert(std::is_sorted(k_layers.begin(), k_layers.end(),
                             [](const Layer& a, const Layer& b) { return a.key < b.key; }));

Concern concern(std::string rule, double urgency, std::string_view tail, std::string_view effect,
                std::string_view check) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = urgency;
  made.confidence = 0.8;
  made.tail = tail;
  made.effect = effect;
  made.check = check;
  return made;
}

constexpr std::string_view k_everybody =
    "Whoever can reach it may do it, logged in or not, until somebody notices.";
constexpr std::string_view k_who = "Who has to reach it without a login, and what can they do?";

std::optional<Concern> judge_who(const Subject& s) {
  const Access before = access_of(s.old_value);
  const Access after = access_of(s.new_value);
  switch (s.kind()) {
  case ChangeKind::modified:
    if (before != Access::open && after == Access::open) {
      return concern("permission.widened", 2.25, "open to everybody", k_everybody, k_who);
    }
    return std::nullopt;
  case ChangeKind::removed: {
    if (before == Access::open || s.old_value.empty()) {
      return std::nullopt;
    }
    const bool list = lists_permissions(s.setting().key.leaf());
    Concern made =
        concern("protection.removed", list ? 1.5 : 2.15,
                list ? "the default of the whole program holds instead"
                     : "nothing asks any more who calls it",
                list ? "Where the default is more generous, more users get in." : k_everybody,
                list ? "What does the program's own default admit?" : k_who);
    made.restorable = false;
    return made;
  }
  case ChangeKind::added:
    break; // a new rule of a new way in: what it opens nobody had closed
  }
  return std::nullopt;
}

std::optional<Concern> judge_forgery(const Subject& s) {
  const bool opens = access_of(s.new_value) == Access::open;
  const bool opened = access_of(s.old_value) == Access::open;
  constexpr std::string_view k_effect = "Pages of other sites can act for whoever is logged in.";
  constexpr std::string_view k_check =
      "Do browsers with cookies use it, or only programs with tokens of their own?";
  if (s.kind() == ChangeKind::removed) {
    return opened ? std::nullopt
                  : std::optional(concern("protection.removed", 1.8,
                                          "forged requests are no longer told apart", k_effect,
                                          k_check));
  }
  if (!opens || (s.modified() && opened) || s.file->status == FileStatus::added) {
    return std::nullopt;
  }
  return concern("protection.disabled", s.modified() ? 2.1 : 1.5,
                 "forged requests are no longer told apart", k_effect, k_check);
}

} // namespace

std::optional<Concern> judge_access(const Subject& s) {
  if (s.file->role != FileRole::code && s.file->role != FileRole::tests) {
    return std::nullopt; // the keys are those of guard_code.hpp
  }
  const std::string_view leaf = s.setting().key.leaf();
  if (leaf == "access" || lists_permissions(leaf)) {
    return judge_who(s);
  }
  if (leaf == "csrf") {
    return judge_forgery(s);
  }
  const auto layer =
      std::lower_bound(k_layers.begin(), k_layers.end(), leaf,
                       [](const Layer& row, std::string_view key) { return row.key < key; });
  if (layer == k_layers.end() || layer->key != leaf || s.setting().key.segments.size() != 1) {
    return std::nullopt;
  }
  const bool off = access_of(s.new_value) == Access::open;
  if (s.kind() != ChangeKind::removed && !off) {
    return std::nullopt;
  }
  Concern made = concern(off ? "protection.disabled" : "protection.removed", layer->urgency,
                         layer->tail, layer->effect, "What does the same from now on?");
  made.restorable = false;
  return made;
}

} // namespace leadline
