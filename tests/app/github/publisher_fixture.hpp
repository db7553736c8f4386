#pragma once

#include "app/github/app_jwt.hpp"
#include "app/github/check_publisher.hpp"
#include "app/github/comment_publisher.hpp"
#include "github_double.hpp"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

namespace leadline {

class FixedJwt final : public AppJwt {
public:
  Secret issue(std::chrono::system_clock::time_point) const override { return Secret("jwt"); }
};

// A pull request with one file of 30 lines at GitHub, and what publishing to it takes.
struct PublisherFixture {
  PublisherFixture() {
    github.pull.number = 7;
    github.pull.head_sha = "aaaa";
    github.pull.base_sha = "bbbb";
    run.repository = "o/r";
    run.pull_number = 7;
    run.head_sha = "aaaa";
    run.reason = "opened";
    FileChange file;
    file.old_path = file.new_path = "pool.ini";
    Hunk hunk;
    hunk.old_start = hunk.new_start = 10;
    hunk.old_lines = hunk.new_lines = 10;
    for (int line = 10; line < 20; ++line) {
      hunk.lines.push_back({LineKind::context, line, line, line, false, "x"});
    }
    file.hunks.push_back(hunk);
    changes.files.push_back(file);
    report.verdict.conclusion = Conclusion::success;
  }

  Finding& add_finding(const std::string& id, int line) {
    Finding finding;
    finding.id = id;
    finding.rule = "capacity.drop";
    finding.severity = Severity::critical;
    finding.path = "pool.ini";
    finding.line = line;
    finding.domain = "connection-pool";
    finding.title = "max_client_conn 200 -> 20";
    finding.message = "PgBouncer accepts 90 % fewer clients";
    report.findings.push_back(finding);
    report.verdict.conclusion = Conclusion::failure;
    return report.findings.back();
  }

  GitHubClient client() { return {github, tokens, urls, 1, "o/r"}; }

  CommentPublisher::Outcome
  publish(CommentPublisher::Speech speech = CommentPublisher::Speech::all) {
    GitHubClient api = client();
    Publication publication = log.load("o/r", 7).value_or(Publication());
    CommentPublisher publisher(api, log, logger);
    const auto outcome = publisher.publish(run, report, changes, publishing, api.conversation(7),
                                           publication, speech);
    if (outcome == CommentPublisher::Outcome::published) {
      publication.head_sha = run.head_sha;
      log.save("o/r", 7, publication);
    }
    return outcome;
  }

  int visible_threads() const {
    int count = 0;
    for (const GitHubDouble::Comment& thread : github.threads) {
      count += !thread.deleted && !thread.minimized && !thread.resolved ? 1 : 0;
    }
    return count;
  }

  GitHubDouble github;
  TestClock clock;
  MemoryLog log;
  FixedJwt jwt;
  InstallationTokens tokens{github, jwt, clock};
  ApiUrls urls;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  RunContext run;
  ChangeSet changes;
  Report report;
  Publishing publishing;
};

} // namespace leadline
