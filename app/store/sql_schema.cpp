#include "app/store/sql_schema.hpp"

#include "app/store/sql_database.hpp"
#include "base/error.hpp"

#include <array>

namespace leadline {
namespace {

// Never edited once released; a change is a new entry. {identity} is SqlSession::identity_type.
constexpr std::array<const char*, 13> k_migrations = {R"sql(
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  event TEXT NOT NULL,
  repository TEXT NOT NULL,
  received BIGINT NOT NULL,
  state TEXT NOT NULL,
  error TEXT NOT NULL
);
CREATE INDEX deliveries_received ON deliveries (received);

CREATE TABLE jobs (
  id {identity},
  state TEXT NOT NULL,            -- waiting, running, dead
  kind TEXT NOT NULL,
  installation_id BIGINT NOT NULL,
  repository TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  head_sha TEXT NOT NULL,
  base_sha TEXT NOT NULL,
  reason TEXT NOT NULL,
  again BIGINT NOT NULL,
  command TEXT NOT NULL,
  comment_id BIGINT NOT NULL,
  review_comment BIGINT NOT NULL,
  sender TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  attempts BIGINT NOT NULL,       -- tries so far; a merge starts them anew
  leases BIGINT NOT NULL,         -- leases ever given: the token of the present one
  lane TEXT NOT NULL,
  target TEXT NOT NULL,
  queued_at BIGINT NOT NULL,
  run_at BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  worker TEXT NOT NULL,
  error TEXT NOT NULL,
  died_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_one_waiting ON jobs (target) WHERE state = 'waiting' AND target <> '';
CREATE UNIQUE INDEX jobs_one_running ON jobs (lane) WHERE state = 'running';
CREATE INDEX jobs_open ON jobs (installation_id, id) WHERE state <> 'dead';
CREATE INDEX jobs_state ON jobs (state, run_at);
CREATE INDEX jobs_delivery ON jobs (delivery_id);

CREATE TABLE turns (
  installation_id BIGINT PRIMARY KEY,
  turn BIGINT NOT NULL            -- rises with every lease: the lowest is next
);
CREATE INDEX turns_turn ON turns (turn);

CREATE TABLE publications (
  repository TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  publication TEXT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (repository, pull_number)
);
CREATE TABLE check_runs (
  repository TEXT NOT NULL,
  head_sha TEXT NOT NULL,
  check_run_id BIGINT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (repository, head_sha)
);
CREATE TABLE reports (
  repository TEXT NOT NULL,
  head_sha TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  report TEXT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (repository, head_sha)
);
CREATE INDEX reports_written ON reports (written);

CREATE TABLE probes (
  id BIGINT PRIMARY KEY,
  written BIGINT NOT NULL
);
)sql",
                                                      R"sql(
CREATE INDEX deliveries_queued ON deliveries (id) WHERE state = 'queued';
CREATE TABLE chores (
  name TEXT PRIMARY KEY,
  due BIGINT NOT NULL,            -- not before
  reached BIGINT NOT NULL         -- how far it has come, in time
);
)sql",
                                                      R"sql(
CREATE TABLE acknowledgements (
  id {identity},
  request TEXT NOT NULL,          -- what asked: a repeated job adds no second row
  repository TEXT NOT NULL,
  finding_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  path TEXT NOT NULL,
  key TEXT NOT NULL,
  old_value TEXT NOT NULL,
  new_value TEXT NOT NULL,
  severity TEXT NOT NULL,
  domain TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  head_sha TEXT NOT NULL,
  acknowledged_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  acknowledged_at BIGINT NOT NULL,
  until BIGINT NOT NULL,          -- 0: without end
  withdrawn_by TEXT NOT NULL,     -- '' while it stands
  withdrawn_at BIGINT NOT NULL,
  UNIQUE (repository, finding_id, request)
);

-- Two pull requests may share a head, against different bases.
CREATE TABLE pull_reports (
  repository TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  head_sha TEXT NOT NULL,
  report TEXT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (repository, pull_number, head_sha)
);
INSERT INTO pull_reports SELECT repository, pull_number, head_sha, report, written FROM reports;
-- reports stays, unused: servers of the version before, which run on during an upgrade, write to it.
CREATE INDEX pull_reports_written ON pull_reports (written);
)sql",
                                                      R"sql(
ALTER TABLE jobs ADD COLUMN head_ref TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN sender_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN association TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN asked_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN announced BIGINT NOT NULL DEFAULT 0;
CREATE INDEX jobs_target ON jobs (target) WHERE target <> '';
-- 'queued ID' or 'ended ID KEY'; the id, because servers of the version before write another one
-- and leave this.
ALTER TABLE check_runs ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE acknowledgements ADD COLUMN acknowledged_by_id BIGINT NOT NULL DEFAULT 0;
)sql",
                                                      R"sql(
CREATE TABLE contributors (       -- who opened a pull request or pushed to it; never pruned
  repository TEXT NOT NULL,
  pull_number BIGINT NOT NULL,
  account_id BIGINT NOT NULL,     -- 0: not known
  login TEXT NOT NULL,
  PRIMARY KEY (repository, pull_number, account_id, login)
);
ALTER TABLE jobs ADD COLUMN announce_at BIGINT NOT NULL DEFAULT 0; -- not before
ALTER TABLE turns ADD COLUMN announce_turn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX deliveries_of_groups ON deliveries (received) WHERE substr(event, 1, 12) = 'merge_group.';
)sql",
                                                      R"sql(
-- Check runs that are not known to have ended; few of them.
CREATE INDEX check_runs_open ON check_runs (written) WHERE substr(state, 1, 6) IN ('begun ', 'queued');
)sql",
                                                      R"sql(
CREATE TABLE forgotten_repositories ( -- of which each server deletes its clone
  repository TEXT PRIMARY KEY,
  forgotten_at BIGINT NOT NULL
);
CREATE TABLE figures (              -- what the last look at something has counted
  name TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
ALTER TABLE jobs ADD COLUMN dropped BIGINT NOT NULL DEFAULT 0; -- of running: not to be tried again
)sql",
                                                      R"sql(
-- Nothing has written there since version 3, and nothing forgets what it says of private code.
DROP TABLE reports;
)sql",
                                                      R"sql(
ALTER TABLE acknowledgements ADD COLUMN related TEXT NOT NULL DEFAULT '';
)sql",
                                                      R"sql(
ALTER TABLE acknowledgements ADD COLUMN digest TEXT NOT NULL DEFAULT '';
)sql",
                                                      R"sql(
-- When the first word ends that the report counts, by the rules that judged; 0: none does, or it was
-- written by a version before.
ALTER TABLE pull_reports ADD COLUMN acknowledged_until BIGINT NOT NULL DEFAULT 0;
CREATE INDEX pull_reports_until ON pull_reports (acknowledged_until) WHERE acknowledged_until <> 0;
CREATE INDEX acknowledgements_until ON acknowledgements (until) WHERE until <> 0;
)sql",
                                                      R"sql(
-- Whose button was pressed; 0 none.
ALTER TABLE jobs ADD COLUMN check_run_id BIGINT NOT NULL DEFAULT 0;
)sql",
                                                      R"sql(
-- When a word about a finding was last to be taken back, whether one stood or not.
CREATE TABLE withdrawals (
  repository TEXT NOT NULL,
  finding_id TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  PRIMARY KEY (repository, finding_id)
);
)sql"};

std::string with_identity(std::string sql, std::string_view identity) {
  constexpr std::string_view k_place = "{identity}";
  for (std::size_t at = sql.find(k_place); at != std::string::npos; at = sql.find(k_place)) {
    sql.replace(at, k_place.size(), identity);
  }
  return sql;
}

constexpr auto k_newest = static_cast<std::int64_t>(k_migrations.size());
constexpr const char* k_table = "schema_version";

// 0: of an empty database.
std::int64_t version_of(SqlSession& session) {
  if (!session.has_table(k_table)) {
    return 0;
  }
  const auto rows = session.query("SELECT coalesce(max(version), 0) FROM schema_version", {});
  const auto version = std::get<std::int64_t>(rows.at(0).at(0));
  if (version > k_newest) {
    throw Error(ErrorKind::bad_input, "the database has schema " + std::to_string(version) +
                                          ", this program knows up to " + std::to_string(k_newest) +
                                          ": run a newer leadline");
  }
  return version;
}

} // namespace

void migrate(SqlSession& session) { migrate_to(session, k_newest); }

void migrate_to(SqlSession& session, std::int64_t newest) {
  if (version_of(session) >= newest) {
    return;
  }
  session.lock_schema(); // of servers that start together, one migrates and the others wait
  std::int64_t version = version_of(session);
  if (version == 0) {
    session.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)");
  }
  for (; version < newest; ++version) {
    session.script(
        with_identity(k_migrations.at(static_cast<std::size_t>(version)), session.identity_type()));
    session.execute("INSERT INTO schema_version (version) VALUES ($1)", {version + 1});
  }
}

SchemaAge schema_age(SqlSession& session) {
  const std::int64_t version = version_of(session);
  return version == 0          ? SchemaAge::none
         : version == k_newest ? SchemaAge::present
                               : SchemaAge::older;
}

void require_present_schema(SqlSession& session) {
  switch (schema_age(session)) {
  case SchemaAge::none:
    throw Error(ErrorKind::bad_input, "the database is empty: the server's first start fills it");
  case SchemaAge::older:
    throw Error(ErrorKind::bad_input, "the database is of an older leadline: the start of a server "
                                      "of this version brings it up to date");
  case SchemaAge::present:
    return;
  }
}

} // namespace leadline
