#pragma once

#include "app/store/sql_database.hpp"
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
void check_announcing_of_tried(const OpenStore& open);
void check_contributors(const OpenStore& open);
void check_found(const OpenStore& open);
void check_cancelling(const OpenStore& open);
void check_dropped_writes(const OpenStore& open);
void check_turns(const OpenStore& open);
void check_leases(const OpenStore& open);
void check_retries_and_dead_letters(const OpenStore& open);
void check_publications(const OpenStore& open);
void check_facts_of_a_repository(const OpenStore& open);
void check_acknowledgements(const OpenStore& open);
void check_ended_words(const OpenStore& open);
void check_many_threads(const OpenStore& open);
void check_ends_at_once(const OpenStore& open);
void check_pruning_beside_intake(const OpenStore& open);
void check_budgets(const OpenStore& open);
void check_hostile_text(const OpenStore& open);
void check_pruning(const OpenStore& open);
void check_job_records(const OpenStore& open);
void check_share_of_an_installation(const OpenStore& open);
void check_chores(const OpenStore& open);
void check_clocks_set_back_for_new_jobs(const OpenStore& open);
void check_clocks_set_back_for_later(const OpenStore& open);
void check_clocks_set_back_for_chores(const OpenStore& open);
void check_repository_moves(const OpenStore& open);

// All of them, for the tests of both databases.
struct ContractPart {
  const char* what;
  void (*check)(const OpenStore&);
};
inline constexpr ContractPart k_contract[] = {
    {"deliveries", check_deliveries},
    {"merging", check_merging},
    {"lanes", check_lanes},
    {"announcing", check_announcing},
    {"announcing of what was tried", check_announcing_of_tried},
    {"contributors", check_contributors},
    {"since when it is found", check_found},
    {"cancelling", check_cancelling},
    {"writes of dropped jobs", check_dropped_writes},
    {"turns", check_turns},
    {"leases", check_leases},
    {"retries and dead letters", check_retries_and_dead_letters},
    {"publications", check_publications},
    {"facts of a repository", check_facts_of_a_repository},
    {"acknowledgements", check_acknowledgements},
    {"words whose time is over", check_ended_words},
    {"many threads", check_many_threads},
    {"ends of two jobs at once", check_ends_at_once},
    {"pruning beside intake", check_pruning_beside_intake},
    {"jobs that are over their budget", check_budgets},
    {"hostile text", check_hostile_text},
    {"pruning", check_pruning},
    {"records of jobs", check_job_records},
    {"the share of an installation", check_share_of_an_installation},
    {"chores", check_chores},
    {"new jobs under a clock that is set back", check_clocks_set_back_for_new_jobs},
    {"what is put off under a clock that is set back", check_clocks_set_back_for_later},
    {"chores under a clock that is set back", check_clocks_set_back_for_chores},
    {"repositories with another name", check_repository_moves}};

// `to` is the address of an empty store.
void check_move(const std::string& to);

// `open_database` opens, as a server of the version before, what `open` opens; empty at first.
using OpenDatabase = std::function<std::unique_ptr<SqlDatabase>()>;
void check_rolling_upgrade(const OpenDatabase& open_database, const OpenStore& open);

} // namespace leadline::tests
