#pragma once

#include "app/store/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace leadline::tests {

// Opens the store under test, empty at the first call; a second call opens the same data again, as
// another process would.
using OpenStore = std::function<std::unique_ptr<Store>()>;

// What every store must do. Each function is one test case's body on a fresh database.
void check_deliveries(const OpenStore& open);
void check_merging(const OpenStore& open);
void check_lanes(const OpenStore& open);
void check_announcing(const OpenStore& open);
void check_contributors(const OpenStore& open);
void check_cancelling(const OpenStore& open);
void check_turns(const OpenStore& open);
void check_leases(const OpenStore& open);
void check_retries_and_dead_letters(const OpenStore& open);
void check_publications(const OpenStore& open);
void check_acknowledgements(const OpenStore& open);
void check_many_threads(const OpenStore& open);
void check_hostile_text(const OpenStore& open);
void check_pruning(const OpenStore& open);
void check_job_records(const OpenStore& open);
void check_share_of_an_installation(const OpenStore& open);
void check_chores(const OpenStore& open);

// `to` is the address of an empty store.
void check_repository_moves(const OpenStore& open);
void check_move(const std::string& to);

} // namespace leadline::tests
