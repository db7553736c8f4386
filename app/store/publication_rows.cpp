#include "app/store/publication_rows.hpp"

#include "app/store/publication_json.hpp"
#include "app/store/sql_values.hpp"

#include <string_view>
#include <utility>

namespace leadline {
namespace {

// No key of a run has one. Servers of the version before take the name for a part of the key.
constexpr char k_before_name = '\t';

// What stands there, kept from other sessions until this one ends: an empty one where nothing did.
Publication held_publication(SqlSession& session, const std::string& repository, int pull_number) {
  // First: only a row that is there can be kept.
  session.execute(
      "INSERT INTO publications (repository, pull_number, publication, written) VALUES "
      "($1, $2, $3, $4) ON CONFLICT DO NOTHING",
      {repository, std::int64_t{pull_number}, publication_to_json({}), millis(time_of(session))});
  const auto rows = session.query("SELECT publication FROM publications WHERE repository = $1 AND "
                                  "pull_number = $2" +
                                      std::string(session.for_update()),
                                  {repository, std::int64_t{pull_number}});
  return rows.empty() ? Publication() : publication_from_json(text(rows.front(), 0));
}

void write_publication(SqlSession& session, const std::string& repository, int pull_number,
                       const Publication& publication) {
  session.execute(
      "INSERT INTO publications (repository, pull_number, publication, written) VALUES ($1, $2, "
      "$3, $4) ON CONFLICT (repository, pull_number) DO UPDATE SET publication = "
      "excluded.publication, written = excluded.written",
      {repository, std::int64_t{pull_number}, publication_to_json(publication),
       millis(time_of(session))});
}

} // namespace

std::string check_run_state_text(std::int64_t id, const CheckRunState& state) {
  std::string text;
  switch (state.step) {
  case CheckRunState::Step::unknown:
    text = "begun ";
    break;
  case CheckRunState::Step::queued:
    text = "queued ";
    break;
  case CheckRunState::Step::ended:
    text = "ended ";
    break;
  }
  if (state == CheckRunState()) {
    return {};
  }
  // Servers of the version before take what is open and has a key for unknown, and ask GitHub.
  text += std::to_string(id);
  if (!state.run_key.empty()) {
    text += ' ';
    text += state.run_key;
  }
  if (!state.name.empty()) {
    text += k_before_name;
    text += state.name;
  }
  return text;
}

CheckRunState parse_check_run_state(std::int64_t id, const std::string& text) {
  using Step = CheckRunState::Step;
  constexpr std::pair<std::string_view, Step> k_words[] = {
      {"begun ", Step::unknown}, {"queued ", Step::queued}, {"ended ", Step::ended}};
  const std::size_t end = text.find(k_before_name);
  const std::string state = text.substr(0, end);
  const std::string name = end == std::string::npos ? std::string() : text.substr(end + 1);
  for (const auto& [word, step] : k_words) {
    const std::string start = std::string(word) + std::to_string(id);
    if (state == start) {
      return {step, "", name};
    }
    if (state.starts_with(start + " ")) {
      return {step, state.substr(start.size() + 1), name};
    }
  }
  return {};
}

void change_publication_row(SqlSession& session, const std::string& repository, int pull_number,
                            const std::function<void(Publication&)>& alter) {
  const Publication before = held_publication(session, repository, pull_number);
  Publication after = before;
  alter(after);
  if (after != before) {
    write_publication(session, repository, pull_number, after);
  }
}

void save_publication_row(SqlSession& session, const std::string& repository, int pull_number,
                          Publication publication) {
  publication.queued_heads = held_publication(session, repository, pull_number).queued_heads;
  write_publication(session, repository, pull_number, publication);
}

std::vector<OpenCheckRun> open_check_run_rows(SqlSession& session, TimePoint before,
                                              std::size_t limit) {
  std::vector<OpenCheckRun> runs;
  for (const SqlRow& row : session.query(
           "SELECT repository, head_sha, check_run_id, state FROM check_runs WHERE substr(state, "
           "1, 6) IN ('begun ', 'queued') AND written < $1 ORDER BY written LIMIT $2",
           {millis(before), static_cast<std::int64_t>(limit)})) {
    const CheckRunState state = parse_check_run_state(integer(row, 2), text(row, 3));
    if (!state.run_key.empty()) {
      runs.push_back({text(row, 0), text(row, 1), state.run_key});
    }
  }
  return runs;
}

namespace {

void note_forgotten(SqlSession& session, const std::string& repository) {
  session.execute("INSERT INTO forgotten_repositories (repository, forgotten_at) VALUES ($1, $2) "
                  "ON CONFLICT (repository) DO UPDATE SET forgotten_at = excluded.forgotten_at",
                  {repository, millis(time_of(session))});
}

void delete_published(SqlSession& session, const std::string& repository) {
  for (const char* table : {"publications", "check_runs", "pull_reports"}) {
    session.execute(std::string("DELETE FROM ") + table + " WHERE repository = $1", {repository});
  }
}

} // namespace

void move_publication_rows(SqlSession& session, const std::string& from, const std::string& to) {
  struct Table {
    const char* name;
    const char* same; // that two rows, n and o, are about the same
  };
  constexpr Table k_tables[] = {
      {"publications", "n.pull_number = o.pull_number"},
      {"check_runs", "n.head_sha = o.head_sha"},
      {"pull_reports", "n.pull_number = o.pull_number AND n.head_sha = o.head_sha"}};
  for (const Table& table : k_tables) {
    const std::string name = table.name;
    const std::string same = table.same;
    session.execute("DELETE FROM " + name +
                        " AS n WHERE n.repository = $2 AND EXISTS (SELECT "
                        "1 FROM " +
                        name +
                        " o WHERE o.repository = $1 AND o.written > "
                        "n.written AND " +
                        same + ")",
                    {from, to});
    session.execute("DELETE FROM " + name +
                        " AS o WHERE o.repository = $1 AND EXISTS (SELECT "
                        "1 FROM " +
                        name + " n WHERE n.repository = $2 AND " + same + ")",
                    {from, to});
    session.execute("UPDATE " + name + " SET repository = $2 WHERE repository = $1", {from, to});
  }
  session.execute("INSERT INTO contributors (repository, pull_number, account_id, login) "
                  "SELECT CAST($2 AS TEXT), pull_number, account_id, login FROM contributors WHERE "
                  "repository = $1 ON CONFLICT DO NOTHING",
                  {from, to});
  session.execute("DELETE FROM contributors WHERE repository = $1", {from});
  note_forgotten(session, from);
}

void forget_publication_rows(SqlSession& session, const std::string& repository) {
  note_forgotten(session, repository);
  delete_published(session, repository);
}

void forget_late_rows(SqlSession& session, const std::string& repository) {
  const auto rows = session.query("SELECT publication FROM publications WHERE repository = $1 AND "
                                  "pull_number = 0",
                                  {repository});
  delete_published(session, repository);
  Publication kept;
  if (!rows.empty()) {
    kept.locked_out = publication_from_json(text(rows.front(), 0)).locked_out;
  }
  if (kept != Publication()) {
    change_publication_row(session, repository, 0, [&](Publication& facts) { facts = kept; });
  }
}

std::vector<ForgottenRepository> forgotten_rows(SqlSession& session) {
  std::vector<ForgottenRepository> forgotten;
  for (const SqlRow& row : session.query("SELECT repository, forgotten_at FROM "
                                         "forgotten_repositories ORDER BY repository",
                                         {})) {
    forgotten.push_back({text(row, 0), time_of(integer(row, 1))});
  }
  return forgotten;
}

std::size_t prune_publication_rows(SqlSession& session, TimePoint before) {
  session.execute("DELETE FROM publications WHERE written < $1", {millis(before)});
  session.execute("DELETE FROM check_runs WHERE written < $1", {millis(before)});
  return session.execute("DELETE FROM pull_reports WHERE written < $1", {millis(before)});
}

} // namespace leadline
