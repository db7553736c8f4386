#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "app/git/cache.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/work_observer.hpp"
#include "base/error.hpp"
#include "tests/app/github/github_double.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <map>
#include <set>
#include <sstream>

namespace leadline {

// Commits as maps from a path to its bytes; every diff is of whole files, in one hunk.
class GitDouble final : public GitCache {
public:
  using Files = std::map<std::string, std::string>;

  std::unique_ptr<GitRepository> fetch(const std::string& repository, const GitRemote& remote,
                                       const std::vector<std::string>& wants) override;
  std::vector<std::string> refs_at(const GitRemote& remote, const std::string& prefix,
                                   const std::string& commit) override;
  std::vector<std::string> push(const std::string& repository, const GitRemote& remote,
                                const std::vector<BranchPush>& pushes) override;
  bool forget(const std::string&) override { return true; }
  std::optional<CloneTotals> tidy() override { return std::nullopt; }

  std::map<std::string, Files> commits;           // by id; the merge base of A...B is A
  std::map<std::string, std::string> merge_bases; // but for these, by "A...B"
  std::set<std::string> unreadable;               // paths whose change nobody can read
  std::function<void()> on_fetch;                 // may throw
  std::vector<std::vector<std::string>> wanted;
  std::function<std::vector<std::string>(const std::string& commit)> refs; // that stand there
  int listed = 0;                            // how often those of pull requests were
  std::map<std::string, std::string> pushed; // branch -> commit
  std::string url;
  std::string token;
};

class MemoryQueue final : public JobQueue {
public:
  void enqueue(const Job& job) override { jobs.push_back(job); }
  void move_jobs(const std::string& from, const std::string& to,
                 std::int64_t installation_id) override;
  void cancel(const Job& job) override;
  std::size_t drop(std::int64_t installation_id, const std::string& repository) override;
  std::vector<JobRecord> standing(const Job& job) override;
  std::vector<Job> jobs;
  std::vector<Job> dead;
  TimePoint died{}; // all of them
};

// Knows of no reports.
class MemoryAcknowledgements final : public AcknowledgementLog {
public:
  void acknowledge(const Acknowledgement& acknowledgement) override;
  bool withdraw(std::int64_t id, const std::string& by, Acknowledgement::Time now) override;
  void note_withdrawal(const std::string& repository, const std::vector<std::string>& finding_ids,
                       Acknowledgement::Time asked) override;
  Acknowledgement::Time last_withdrawal(const std::string& repository,
                                        const std::string& finding_id) override;
  std::vector<Acknowledgement> acknowledgements(const std::string& repository) override;
  std::vector<std::string> repositories_with_ended(Acknowledgement::Time since,
                                                   Acknowledgement::Time now) override;
  std::vector<Acknowledgement> audit(const std::string& repository, std::int64_t after_id,
                                     std::size_t limit) override;

  std::function<void()> on_acknowledge; // once: another server writes just before
  std::vector<Acknowledgement> rows;
  std::map<std::string, Acknowledgement::Time> withdrawals; // by "o/r LL-..."
};

// Pull request 7 of o/r lowers max_client_conn of a pgbouncer.ini from 200 to 20.
// What was told, in words.
class ObserverDouble final : public WorkObserver {
public:
  void stage_ended(std::string_view stage, std::chrono::duration<double>) override {
    stages.emplace_back(stage);
  }
  void found(const Finding& finding) override { findings.push_back(finding.rule); }
  void acknowledged(const std::string& rule) override { acknowledgements.push_back(rule); }

  std::vector<std::string> stages;
  std::vector<std::string> findings;         // their rules
  std::vector<std::string> acknowledgements; // the rules of their findings
};

struct JobFixture {
  JobFixture();

  Job job(const std::string& delivery = "d1") const;
  void run(const Job& job) { handler->run(job); }
  void push(const std::string& head_sha, const GitDouble::Files& files);
  nlohmann::json last_check() const;
  std::unique_ptr<JobHandler> handler_with(const ReportLinks& links);
  std::unique_ptr<JobHandler> handler_over(JobQueue& other, const ReportLinks& links = {});
  // Runs what was queued, and what that queues.
  // Of o/r; with the prefix of merge queues' branches a look at its groups alone.
  static Job sweep(const std::string& head_ref = "");
  void run_queued();

  GitHubDouble github;
  GitDouble git;
  MemoryLog log;
  MemoryAcknowledgements acknowledgements;
  MemoryQueue queue;
  TestClock clock;
  ObserverDouble observer;
  std::ostringstream lines;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)};
  std::unique_ptr<JobHandler> handler;
};

// What puts the client connections of its pull request back.
inline const GitDouble::Files k_fixed = {
    {"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 200\n"},
    {"README.md", "hello, world\n"}};

inline std::string summary_of(const nlohmann::json& check) { return check["output"]["summary"]; }

} // namespace leadline
