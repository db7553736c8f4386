#pragma once

#include "analyzers/split/needs.hpp"
#include "analyzers/split/order.hpp"

#include <functional>
#include <vector>

namespace leadline {

// Calls `take` with a need between two units of one file: added lines of the user hold a name that
// an added import of the owner brings in; an import is removed (the user) after the removed lines
// that use its name (the owner). UnitNeed::import says which of the two has the import. An import
// that only changes and goes on bringing in the name binds nothing. Linear in the diff.
void each_import_need(const ChangeSet& changes, const Report& report,
                      const std::vector<SplitUnit>& units,
                      const std::function<void(UnitNeed)>& take);

// Moves units that are hardly more than imports, and that nothing in their draft uses, to the draft
// with most of their uses; drafts that are empty then are left out.
std::vector<Draft> with_imports(const std::vector<SplitUnit>& units,
                                const std::vector<UnitNeed>& needs, std::vector<Draft> drafts);

} // namespace leadline
