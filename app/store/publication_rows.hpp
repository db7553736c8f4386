#pragma once

#include "app/github/publication_log.hpp"
#include "app/store/sql_database.hpp"
#include "app/store/store.hpp"

#include <functional>
#include <string>
#include <vector>

// What was published, by repository: the tables publications, check_runs, pull_reports and
// contributors. Each function runs in the transaction of its session.
namespace leadline {

// How the state of the check run `id` stands in its row: it means nothing for another id.
std::string check_run_state_text(std::int64_t id, const CheckRunState& state);
CheckRunState parse_check_run_state(std::int64_t id, const std::string& text);

// PublicationLog::save.
void save_publication_row(SqlSession& session, const std::string& repository, int pull_number,
                          Publication publication);

// PublicationLog::change.
void change_publication_row(SqlSession& session, const std::string& repository, int pull_number,
                            const std::function<void(Publication&)>& alter);

// PublicationLog::open_check_runs.
std::vector<OpenCheckRun> open_check_run_rows(SqlSession& session, TimePoint before,
                                              std::size_t limit);

// All that stands under `from` stands under `to`; of two rows about the same, the one that was
// written last counts. The two names differ.
void move_publication_rows(SqlSession& session, const std::string& from, const std::string& to);

// All but contributors; that it was is noted.
void forget_publication_rows(SqlSession& session, const std::string& repository);
// What a run has written since, which did not know: again, but not noted again, and since when
// nobody lets us look there is kept.
void forget_late_rows(SqlSession& session, const std::string& repository);

// By name.
std::vector<ForgottenRepository> forgotten_rows(SqlSession& session);

// What was not written since `before`; returns how many reports. Turns stay, one small row for each
// installation: who takes one away may not see the job that is just being stored for it.
std::size_t prune_publication_rows(SqlSession& session, TimePoint before);

} // namespace leadline
