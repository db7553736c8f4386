#pragma once

#include "analyzers/split/affinity.hpp"
#include "analyzers/split/order.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadline {

// Gives the groups of a plan their ids, titles and reasons. `drafts` are in merge order, `groups`
// beside them with domain and chunks filled in; `title_of` gives the words for a domain.
//
// An id is made of the content of the group, so that it survives a rebase and pushes that leave the
// group alone, and most pushes that add to it: the domain, and for all groups but the only one of a
// domain that is at stake six digits of the least hash among the group's chunks.
void name_groups(const ChangeSet& changes, const Report& report,
                 const std::vector<SplitUnit>& units, const AffinityTable& table,
                 const std::vector<Draft>& drafts,
                 const std::function<std::string(const std::string& domain)>& title_of,
                 std::vector<SplitGroup>& groups);

} // namespace leadline
