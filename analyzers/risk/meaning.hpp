#pragma once

#include "analyzers/catalog/catalog.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What a switch, level or text guards, where its words say so.
enum class Guard {
  none,
  protects, // "tls", "auth", "backup": off is the dangerous side
  exposes,  // "insecure", "skip_verify", "privileged": on is the dangerous side
};

// What a setting is for, from the catalogue or, where that does not know it, from the words of its
// key.
struct Meaning {
  bool known = false; // kind, hurts and impact mean something
  ParameterKind kind = ParameterKind::identifier;
  Hurts hurts = Hurts::both;
  Impact impact = Impact::degradation;
  Guard guard = Guard::none;
  std::string unit;                     // of a bare number
  std::string what;                     // "client connections that PgBouncer accepts", or "timeout"
  double confidence = 0;                // 1 from the catalogue
  bool plain_growth = false;            // memory, processors, disk: more of it is ordinary growth
  const Parameter* parameter = nullptr; // not owned
};

// `path` only decides which system speaks in the catalogue.
Meaning meaning_of(const Catalog& catalog, std::string_view path, const Setting& setting);

// By words alone: `leaf` and `parents` are spaced words (analyzers/domains/words.hpp), nearest
// parent last.
Meaning meaning_by_words(std::string_view leaf, std::string_view parents);

// Whether the key guards something, by its words.
Guard guard_of(std::string_view leaf, std::string_view parents);

} // namespace leadline
