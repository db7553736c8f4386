#pragma once

#include "app/github/clock.hpp"
#include "app/github/publication_log.hpp"
#include "app/github/transport.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace leadline {

// Stands still; sleeping moves it.
class TestClock final : public Clock {
public:
  std::chrono::system_clock::time_point now() const override { return m_now; }
  void sleep_for(std::chrono::milliseconds duration) override {
    m_now += duration;
    slept += duration;
  }
  void pass(std::chrono::milliseconds duration) { m_now += duration; }

  std::chrono::milliseconds slept{0};

private:
  std::chrono::system_clock::time_point m_now{std::chrono::seconds(1'800'000'000)};
};

// Answers from a list of recorded exchanges, each once and in order of its route; an unknown
// request is 404.
class ReplayingTransport final : public HttpTransport {
public:
  HttpResponse send(const HttpRequest& request) override;
  void answer(const std::string& route, HttpResponse response); // "GET /repos/o/r/pulls/1"

  std::vector<HttpRequest> requests;

private:
  std::map<std::string, std::vector<HttpResponse>> m_answers;
};

HttpResponse json_response(int status, const nlohmann::json& body);

// A small GitHub with state: what a test asks of it afterwards is what a person would see.
class GitHubDouble final : public HttpTransport {
public:
  struct Pull {
    int number = 1;
    std::string state = "open";
    bool draft = false;
    std::string head_sha;
    std::string base_sha;
    int changed_files = 1;
    std::string author = "author";
    std::vector<std::string> labels = {};
    std::int64_t author_id = 900;
    std::string base_ref = "main";
    std::string head_ref = "topic";
  };
  struct Check {
    std::int64_t id = 0;
    std::string head_sha;
    nlohmann::json fields; // as sent, later ones over earlier ones
    nlohmann::json annotations = nlohmann::json::array();
  };
  struct Comment {
    std::int64_t id = 0;
    std::string body;
    bool ours = true;
    bool minimized = false;
    bool deleted = false;
    std::string path = {}; // of a thread
    int line = 0;          // 0: on the file
    std::string side = {};
    bool resolved = false;
    bool replied_to = false; // by a person
  };

  // What happens to the n-th call (from 1): it fails before it has an effect, or after it.
  enum class Fault { none, before, after };
  std::function<Fault(int call, const HttpRequest& request)> fault;
  // Answers instead of this GitHub where it returns a status other than 0.
  std::function<HttpResponse(const HttpRequest& request)> refuse;
  // A line that GitHub does not accept comments on, whatever the caller thinks.
  int bad_line = 0;
  bool can_resolve = false;

  Pull pull;
  std::vector<Pull> other_pulls;
  int page_size = 100;                          // of a list of pull requests
  std::vector<std::string> installed = {"o/r"}; // what the installation covers
  std::vector<Check> checks;
  std::vector<Comment> threads;
  std::vector<Comment> comments;
  std::map<std::int64_t, std::vector<std::string>> reactions;
  std::map<std::string, std::string> permissions;
  std::map<std::string, std::int64_t> account_ids;       // that come with them
  std::map<std::string, std::vector<std::string>> teams; // "org/slug": logins
  bool members_permission = true;
  bool queues_permission = true;
  std::string merging_strategy = "ALLGREEN"; // of every merge queue; "": GitHub does not say
  std::map<std::string, std::string> organisation_files; // of ".github", by path
  std::map<std::string, std::string> branches; // name: commit; those that a merge queue made
  std::map<std::string, std::string> tips;     // of other branches, by name
  std::string labeller = "sam";                // of every label
  std::int64_t labeller_id = 0;
  std::string labelled_at = "2027-01-15T08:00:00Z"; // TestClock's first second
  std::vector<Contributor>
      commit_authors; // of the pull request's commits "c0", "c1", ..., one each
  std::map<std::string, std::vector<Contributor>> co_authors;   // by commit
  std::map<std::string, std::vector<std::string>> path_commits; // which of them change a path
  bool more_of_path = false;                                    // its commits have no last page
  bool locked = false;                                          // the conversation
  int reviews = 0;

  HttpResponse send(const HttpRequest& request) override;

  std::vector<std::string> calls; // "POST /repos/o/r/check-runs", "graphql Retire"
  std::vector<HttpRequest> requests;
  int rest_calls() const; // without those for tokens
  int graphql_calls() const;
  void forget_calls();

private:
  HttpResponse answer(const HttpRequest& request);
  HttpResponse graphql(const nlohmann::json& body);
  HttpResponse create_review(const nlohmann::json& body);
  HttpResponse create_review_comment(const nlohmann::json& body);
  bool accepts(const nlohmann::json& comment) const;

  std::int64_t m_next_id = 5'000'000'000; // beyond 32 bits, as GitHub's are
};

// In memory; can fail like a crash would.
class MemoryLog final : public PublicationLog {
public:
  FoundDatabase found() override { return database; }
  std::optional<Publication> load(const std::string& repository, int pull_number) override;
  void save(const std::string& repository, int pull_number,
            const Publication& publication) override;
  void change(const std::string& repository, int pull_number,
              const std::function<void(Publication&)>& alter) override;
  std::int64_t check_run(const std::string& repository, const std::string& head_sha) override;
  void save_check_run(const std::string& repository, const std::string& head_sha,
                      std::int64_t check_run_id, const CheckRunState& state = {}) override;
  CheckRunState check_run_state(const std::string& repository,
                                const std::string& head_sha) override;
  FoundDatabase::Time check_run_written(const std::string& repository,
                                        const std::string& head_sha) override;
  std::vector<OpenCheckRun> open_check_runs(std::chrono::sys_time<std::chrono::milliseconds> before,
                                            std::size_t limit) override;
  std::vector<Contributor> contributors(const std::string& repository, int pull_number) override;
  void remember_contributor(const std::string& repository, int pull_number,
                            const Contributor& contributor) override;
  void forget(const std::string& repository) override;
  void move_publications(const std::string& from, const std::string& to) override;
  void
  save_report(const std::string& repository, int pull_number, const std::string& head_sha,
              const std::string& report_json,
              std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until = {}) override;
  std::optional<std::string> load_report(const std::string& repository, int pull_number,
                                         const std::string& head_sha) override;
  std::vector<int> pulls_with_report(const std::string& repository,
                                     const std::string& head_sha) override;

  FoundDatabase database{FoundDatabase::Time(-std::chrono::hours(24)), {}, {}};
  std::map<std::string, Publication> publications;        // by "owner/name#1"
  std::map<std::string, std::vector<Contributor>> people; // likewise
  std::map<std::string, std::int64_t> check_runs;         // by head
  std::map<std::string, CheckRunState> check_run_states;
  std::map<std::string, FoundDatabase::Time> check_runs_written; // likewise
  std::map<std::string, std::string> reports;                    // by "7 HEAD"
  std::map<std::string, std::chrono::sys_time<std::chrono::milliseconds>> report_ends; // likewise
  std::function<void()> after_load; // another server writes then
};

} // namespace leadline
