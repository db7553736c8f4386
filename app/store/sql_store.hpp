#pragma once

#include "app/store/store.hpp"

#include <memory>

namespace leadline {

class SqlDatabase;

// The store over either database; migrates it first, or looks at its schema (StoreOptions::schema).
std::unique_ptr<Store> make_sql_store(std::unique_ptr<SqlDatabase> database,
                                      const StoreOptions& options);

} // namespace leadline
