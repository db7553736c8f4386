#pragma once

namespace leadline {

class SqlSession;

// Brings a database from any older version (or none) to this program's, in the session's
// transaction. Throws Error(bad_input) when the database is of a newer version: an old program must
// not write to it.
void migrate(SqlSession& session);

// Changes nothing; throws likewise.
enum class SchemaAge { none, older, present };
SchemaAge schema_age(SqlSession& session);

} // namespace leadline
