#pragma once

#include "app/store/chore_store.hpp"
#include "app/store/sql_database.hpp"

#include <chrono>
#include <string>

// The statements behind ChoreStore, each in the transaction of its session; save_missed's stand
// with those of QueueStats.
namespace leadline {

bool claim_chore_row(SqlSession& session, const std::string& name, TimePoint now,
                     std::chrono::milliseconds claim, std::chrono::milliseconds every);
void write_chore_due(SqlSession& session, const std::string& name, TimePoint due);
TimePoint read_chore_reached(SqlSession& session, const std::string& name);
void write_chore_reached(SqlSession& session, const std::string& name, TimePoint reached);

} // namespace leadline
