#include "app/store/store.hpp"

#include "app/store/sql_database.hpp"
#include "app/store/sql_store.hpp"
#include "base/error.hpp"

namespace leadline {

std::unique_ptr<Store> open_sqlite_store(const std::string& path) {
  return make_sql_store(open_sqlite(path));
}

std::unique_ptr<Store> open_postgres_store(const std::string& url) {
  return make_sql_store(open_postgres(url));
}

std::unique_ptr<Store> open_store(const std::string& url) {
  constexpr std::string_view k_sqlite = "sqlite:";
  if (url.starts_with(k_sqlite) && url.size() > k_sqlite.size()) {
    return open_sqlite_store(url.substr(k_sqlite.size()));
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return open_postgres_store(url);
  }
  throw Error(ErrorKind::bad_input, "a database address starts with sqlite: or postgresql://");
}

} // namespace leadline
