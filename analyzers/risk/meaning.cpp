#include "analyzers/risk/meaning.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/guards.hpp"
#include "analyzers/risk/meaning_rows.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

using Kind = ParameterKind;

const MeaningRow* row_for(std::string_view spaced) {
  // Of the phrases that fit, the first row; but of rows for the same first word the longest phrase.
  const MeaningRow* found = nullptr;
  for (const MeaningRow& row : meaning_rows()) {
    if (has_phrase(spaced, row.phrase) &&
        (found == nullptr ||
         (row.phrase.size() > found->phrase.size() && row.phrase.starts_with(found->phrase)))) {
      found = &row;
    }
  }
  return found;
}

} // namespace

Meaning meaning_by_words(std::string_view leaf, std::string_view parents) {
  Meaning meaning;
  meaning.guard = guard_of(leaf, parents);
  const std::string parent = " " + std::string(last_word(parents)) + " ";
  const MeaningRow* row = row_for(leaf);
  double factor = 1;
  if ((row == nullptr || is_generic_leaf(leaf)) && parent.size() > 2) {
    const MeaningRow* by_parent = row_for(parent);
    if (by_parent != nullptr && by_parent->kind != Kind::identifier) {
      row = by_parent;
      factor = 0.9;
    }
  }
  // "servers[web].count": so many of them run
  if (leaf == " count " || leaf == " number ") {
    for (const std::string_view many :
         {"servers", "nodes", "instances", "machines", "workers", "masters", "server", "node"}) {
      if (has_phrase(parents, many)) {
        row = row_for(" replicas ");
        factor = 0.8;
      }
    }
  }
  if (leaf == " level " && has_phrase(parents, "logging")) {
    row = row_for(" log level ");
  }
  if (row == nullptr) {
    return meaning;
  }
  meaning.known = true;
  meaning.kind = row->kind;
  meaning.hurts = row->hurts;
  meaning.impact = row->impact;
  meaning.confidence = row->confidence * factor;
  meaning.plain_growth = row->plain_growth;
  meaning.what = std::string(row->phrase);
  return meaning;
}

Meaning meaning_of(const Catalog& catalog, std::string_view path, const Setting& setting) {
  const std::string leaf = spaced_words(key_parts(setting.key).leaf);
  std::string joined;
  for (std::size_t i = 0; i + 1 < setting.key.segments.size(); ++i) {
    joined += setting.key.segments[i];
    joined += ' ';
  }
  const std::string parents = spaced_words(joined);
  Meaning words = meaning_by_words(leaf, parents);
  const Parameter* parameter = catalog.find(path, setting);
  if (parameter == nullptr) {
    return words;
  }
  Meaning meaning;
  meaning.known = true;
  meaning.kind = parameter->kind;
  meaning.hurts = parameter->hurts;
  meaning.impact = parameter->impact;
  meaning.guard = words.guard;
  meaning.unit = parameter->unit;
  meaning.what = parameter->title;
  meaning.confidence = 1;
  meaning.plain_growth = parameter->kind == Kind::size || words.plain_growth;
  meaning.parameter = parameter;
  return meaning;
}

} // namespace leadline
