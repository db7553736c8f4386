#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What makes a finding this one beside its rule and its path. All in full: what a report cuts, an
// author could change behind the cut. Secrets are redacted, as what is published of a short text
// lets others try what it was; of lines with hidden characters or marks of a merge, which stand
// here as they are, nobody can tell.
struct Identity {
  std::string key = {}; // "" of a finding without a setting, whose text is `new_value`
  std::string old_value = {};
  std::string new_value = {};
  std::string old_place = {}; // Setting::place
  std::string new_place = {};
  std::string related = {}; // text of Related
  int repeat = 0;           // tells apart those of one report that are equal in all of that
};

// Sets id, digest and secret of `finding`, whose rule and path are set.
void identify(Finding& finding, const Identity& identity);

// The id that a finding of this digest has, where no other one stands in its way.
std::string id_of(const std::string& digest);

// Gives those of `findings` whose id another finding has, one of `beside` or before them, the next
// digits of their digest as their id: who writes both can make ids equal, and a report is read by
// id. What is equal in all stays so.
void tell_ids_apart(std::vector<Finding>& findings, const std::vector<Finding>& beside);

// The digest that a finding of this rule and path has by `identity`.
std::string digest_of(std::string_view rule, std::string_view path, const Identity& identity);

// `text` ended so that no other parts make the same text: NUL ends a part and stands in none.
std::string identity_part(std::string_view text);

// The two places as parts, "" for none at all.
std::string identity_places(const std::string& old_place, const std::string& new_place);

} // namespace leadline
