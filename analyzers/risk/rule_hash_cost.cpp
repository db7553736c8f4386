#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Least of bcrypt's cost, and of PBKDF2's rounds with any of its hashes:
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html.
constexpr double k_least_cost = 10;
constexpr double k_least_rounds = 200000;

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

bool makes_guessing_dear(const Subject& s) {
  constexpr std::array<std::string_view, 11> k_whole = {
      "salt rounds",    "saltrounds",          "bcrypt rounds",   "bcrypt cost",
      "pbkdf2 rounds",  "pbkdf2 iterations",   "hash iterations", "hash rounds",
      "hashing rounds", "password iterations", "stretches"};
  constexpr std::array<std::string_view, 6> k_part = {
      " rounds ", " log rounds ", " cost ", " iterations ", " work factor ", " strength "};
  constexpr std::array<std::string_view, 8> k_of = {"bcrypt",   "pbkdf2",    "scrypt",  "argon2",
                                                    "password", "passwords", "gensalt", "hashing"};
  return any_phrase(k_whole, s.leaf) ||
         (std::find(k_part.begin(), k_part.end(), s.leaf) != k_part.end() &&
          any_phrase(k_of, s.parents + spaced_words(s.setting().context)));
}

} // namespace

std::optional<Concern> judge_hash_cost(const Subject& s) {
  if (!s.modified() || !s.quantity || s.quantity->direction != Direction::down ||
      s.old_quantity->dimension != Dimension::count || !makes_guessing_dear(s)) {
    return std::nullopt;
  }
  const double before = s.old_quantity->value;
  const double after = s.new_quantity->value;
  // Small numbers are powers of two, large ones are counted.
  const bool powers = before < 32;
  const bool weak = powers ? after < k_least_cost : after < k_least_rounds && after * 2 <= before;
  Concern made;
  made.rule = "protection.weakened";
  made.urgency = weak ? 2.15 : 1.2;
  made.confidence = 0.85;
  made.tail =
      powers ? fmt::format("stolen passwords are guessed 2^{:.0f} times as fast", before - after)
             : fmt::format("stolen passwords are guessed {:.3g} times as fast",
                           after > 0 ? before / after : before);
  made.effect = "Whoever gets hold of the table of passwords reads them that much sooner.";
  made.check = "Is the value meant for tests, and does production have its own?";
  return made;
}

} // namespace leadline
