#pragma once

#include "analyzers/file_source.hpp"
#include "analyzers/risk/subject.hpp"

#include <span>
#include <string>
#include <vector>

namespace leadline {

// A changed file with all of its settings, changed or not, for rules about more than one of them.
struct RelationFile {
  const FileContext* context = nullptr; // not owned
  std::vector<Setting> old_settings;
  std::vector<Setting> new_settings;
  std::vector<const SettingChange*> changes; // modified and added ones; not owned
  std::vector<const SettingChange*> removed; // not owned
  bool repeats = false; // the format lets one key stand twice (several documents, directives)
};

// What is wrong between a changed setting and another one.
struct Relation {
  const SettingChange* change = nullptr;
  Concern concern;
};

// Whether a change of this key, or its removal, can break a relation, so that the whole file has to
// be read.
bool may_relate(const Setting& setting);
bool may_be_missed(const Setting& removed);

// Whether a key that stands twice in such a file counts once, whatever the format says of others:
// PostgreSQL, Redis, sshd, sysctl.
bool keeps_one_line(const FileContext& file);

// Relations that hold in the old version and not in the new one. `files` are the changed files
// whose changes may break one; unchanged files beside them are read from `source` where a relation
// reaches out of the file (neighbours.hpp bounds them). Time is linear in the settings of the
// files, but for a sort.
std::vector<Relation> broken_relations(std::span<const RelationFile> files,
                                       const FileSource& source, const Catalog& catalog);

} // namespace leadline
