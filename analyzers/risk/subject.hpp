#pragma once

#include "analyzers/domains/file_facts.hpp"
#include "analyzers/risk/environment.hpp"
#include "analyzers/risk/meaning.hpp"
#include "analyzers/risk/quantity.hpp"
#include "analyzers/settings/setting_changes.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

// What the rules know of the file that a setting stands in.
struct FileContext {
  std::string path;
  FileRole role = FileRole::config;
  Environment environment = Environment::unknown;
  FileStatus status = FileStatus::modified;
  const System* system = nullptr; // that the path speaks for
};

// A setting change as the rules see it: with its meaning, its quantities and where it takes effect.
struct Subject {
  const SettingChange* change = nullptr; // not owned
  const FileContext* file = nullptr;     // not owned
  Meaning meaning;
  Environment environment = Environment::unknown;
  std::string leaf;      // spaced words (analyzers/domains/words.hpp)
  std::string parents;   // spaced words, nearest parent last
  std::string old_value; // what the program reads where that can be known: the default of a
                         // template; "" when absent
  std::string new_value;
  std::string unit;        // of its bare numbers and one-letter units; "" none
  bool unit_known = false; // the catalogue or the key's own name says `unit`; else it is a guess
  bool old_is_template = false;
  bool new_is_template = false;
  std::optional<Quantity> old_quantity;
  std::optional<Quantity> new_quantity;
  std::optional<QuantityChange> quantity; // both sides measure the same thing
  std::optional<bool> old_switch;         // never from a bare 0 or 1 of a key that is no switch
  std::optional<bool> new_switch;

  ChangeKind kind() const { return change->change; }
  bool modified() const { return change->change == ChangeKind::modified; }
  const Setting& setting() const { return change->any(); }
};

Subject make_subject(const SettingChange& change, const FileContext& file, const Meaning& meaning);

// The text that a program sees when a template leaves its default: "{{ t | default(90) }}" is "90",
// "${PORT:-80}" is "80"; nullopt for a template without one. Text without marks is itself.
std::optional<std::string> literal_of(std::string_view value);
bool is_template(std::string_view value);

// Whether two texts are one value to the program that reads them: quotes, the case of a word and
// "${...}" around a whole Terraform expression (https://developer.hashicorp.com/terraform/language/
// expressions/strings) make no difference.
bool reads_the_same(std::string_view a, std::string_view b);

// Whether old and new both only point to where a value is made: references of Terraform, and of a
// Helm chart's templates to its own values. A variable of an inventory or of the environment is no
// wiring: its name says which value is meant.
bool is_rewired(const Subject& subject);

// A setting beside the changed one that what was found rests on, too: with another value there it
// would be another finding.
struct Beside {
  std::string path; // "" that of the changed one
  std::optional<Setting> old_setting = {};
  std::optional<Setting> new_setting = {};
};

// What a rule found. The facts; the words around them are chosen in explain.cpp.
struct Concern {
  std::string rule;
  double urgency =
      0; // below 1 low, 1..2 medium, 2..3 high, from 3 critical; before environment and file role
  double confidence = 0; // 0..1
  std::string tail;      // of the title, after "key old -> new: "
  std::string effect;    // what happens to users; a sentence
  std::string check;     // what to look at before merging; a sentence
  std::vector<std::string> reasons;
  bool restorable = true; // putting the old line back is a sensible suggestion
  std::vector<Beside> rests_on;
};

} // namespace leadline
