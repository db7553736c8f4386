#pragma once

#include <optional>
#include <string_view>

namespace leadline {

// What one SQL statement sets, as programs send it: `SET statement_timeout = 30000`,
// `SET LOCAL lock_timeout TO '2s'`, `SET GLOBAL max_connections = 400`,
// `ALTER SYSTEM SET work_mem = '64MB'`, `ALTER ROLE app SET ...`
// (https://www.postgresql.org/docs/current/sql-set.html,
// https://dev.mysql.com/doc/refman/8.0/en/set-variable.html). Views into the text.
struct SqlSetting {
  std::string_view name;
  std::string_view value; // without quotes
};
// nullopt when the text is not one such statement alone.
std::optional<SqlSetting> sql_setting(std::string_view text);

} // namespace leadline
