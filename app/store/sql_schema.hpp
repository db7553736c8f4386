#pragma once

#include <cstdint>

namespace leadline {

class SqlSession;

// Brings a database from any older version (or none) to this program's, in the session's
// transaction. Servers of the version before go on meanwhile and afterwards: no migration changes
// what their statements need. Throws Error(bad_input) when the database is of a newer version: an
// old program must not write to it; unavailable when somebody else uses what is to be changed, or
// changes it: to be tried again after a pause.
void migrate(SqlSession& session);

// To a version from 1 on that need not be the newest: for tests of an upgrade.
void migrate_to(SqlSession& session, std::int64_t version);

// Changes nothing; throws likewise.
enum class SchemaAge { none, older, present };
SchemaAge schema_age(SqlSession& session);

// For who may not bring it up to date. Throws Error(bad_input) for what is empty or older.
void require_present_schema(SqlSession& session);

} // namespace leadline
