#pragma once

#include <string>
#include <vector>

namespace leadline::test {

// One file of a change, on both sides.
struct RelationFileCase {
  std::string path;
  std::string old_text;
  std::string new_text; // equal to the old one: unchanged, and only readable
};

// Files of one change and the rule about more than one setting that the change breaks.
struct RelationCase {
  std::string what;
  std::vector<RelationFileCase> files;
  std::string rule; // "" none
};

// The rule about more than one setting that a change of these files breaks, "" none; whether it
// names a finding or stands among the reasons of a graver one.
std::string broken_by(const std::vector<RelationFileCase>& files);

void check_relations(const std::vector<RelationCase>& rows);

} // namespace leadline::test
