#pragma once

#include "app/store/delivery_store.hpp"
#include "app/store/sql_database.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace leadline {

// Between C++ and the columns of both databases: times are milliseconds since 1970, flags 0 or 1.
inline std::int64_t integer(const SqlRow& row, std::size_t at) {
  return std::get<std::int64_t>(row.at(at));
}
inline const std::string& text(const SqlRow& row, std::size_t at) {
  return std::get<std::string>(row.at(at));
}
inline std::int64_t millis(TimePoint time) { return time.time_since_epoch().count(); }
inline TimePoint time_of(std::int64_t millis) {
  return TimePoint(std::chrono::milliseconds(millis));
}
// The time of the database, which all who share it go by; this machine's where it has none.
inline TimePoint time_of(SqlSession& session) {
  const std::string_view clock = session.clock();
  return clock.empty()
             ? std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now())
             : time_of(integer(session.query(std::string(clock), {}).at(0), 0));
}
inline std::int64_t flag(bool value) { return value ? 1 : 0; }

} // namespace leadline
