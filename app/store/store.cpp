#include "app/store/store.hpp"

#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/sql_store.hpp"
#include "base/error.hpp"

#include <filesystem>

namespace leadline {
namespace {

constexpr std::string_view k_sqlite = "sqlite:";

bool is_sqlite(const std::string& url) {
  return url.starts_with(k_sqlite) && url.size() > k_sqlite.size();
}

void require_postgres(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
    throw Error(ErrorKind::bad_input, "a database address starts with sqlite: or postgresql://");
  }
}

} // namespace

std::unique_ptr<Store> open_sqlite_store(const std::string& path, const StoreOptions& options) {
  // To look at a database must not make an empty one.
  if (options.schema == StoreOptions::Schema::as_it_is && !std::filesystem::exists(path)) {
    throw Error(ErrorKind::bad_input,
                "no database at " + path + ": set DATABASE_URL or LEADLINE_DATA as for the server");
  }
  return make_sql_store(open_sqlite(path), options);
}

std::unique_ptr<Store> open_postgres_store(const std::string& url, const StoreOptions& options) {
  return make_sql_store(open_postgres(url, options), options);
}

std::unique_ptr<Store> open_store(const std::string& url, const StoreOptions& options) {
  if (is_sqlite(url)) {
    return open_sqlite_store(url.substr(k_sqlite.size()), options);
  }
  require_postgres(url);
  return open_postgres_store(url, options);
}

bool store_exists(const std::string& url, const StoreOptions& options) {
  if (is_sqlite(url)) {
    return std::filesystem::exists(url.substr(k_sqlite.size()));
  }
  require_postgres(url);
  bool exists = false;
  open_postgres(url, options)->read([&](SqlSession& session) {
    exists = schema_age(session) != SchemaAge::none;
  });
  return exists;
}

} // namespace leadline
