#pragma once

#include "app/jobs/acknowledgement.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace leadline {

class SqlSession;

// `word` with its texts cut and cleaned as the store keeps them.
Acknowledgement as_stored(Acknowledgement word);

// The statements behind AcknowledgementLog, each in the transaction of `session`.
void insert_acknowledgement(SqlSession& session, const Acknowledgement& acknowledgement);
bool withdraw_acknowledgement(SqlSession& session, std::int64_t id, const std::string& by,
                              Acknowledgement::Time now);
void write_withdrawals(SqlSession& session, const std::string& repository,
                       const std::vector<std::string>& finding_ids, Acknowledgement::Time asked);
Acknowledgement::Time read_withdrawal(SqlSession& session, const std::string& repository,
                                      const std::string& finding_id);
void move_withdrawals(SqlSession& session, const std::string& from, const std::string& to);
std::vector<Acknowledgement> standing_acknowledgements(SqlSession& session,
                                                       const std::string& repository);
std::vector<std::string> repositories_with_ended(SqlSession& session, Acknowledgement::Time since,
                                                 Acknowledgement::Time now);
std::vector<Acknowledgement> all_acknowledgements(SqlSession& session,
                                                  const std::string& repository,
                                                  std::int64_t after_id, std::size_t limit);

} // namespace leadline
