#pragma once

#include "app/store/delivery_store.hpp"
#include "app/store/sql_database.hpp"

#include <cstdint>
#include <string>

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
inline std::int64_t flag(bool value) { return value ? 1 : 0; }

} // namespace leadline
