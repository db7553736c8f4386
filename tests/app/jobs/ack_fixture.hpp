#pragma once

#include "job_fixture.hpp"

#include <string>

namespace leadline {

// A pull request whose check has failed by one finding.
struct AckFixture : JobFixture {
  AckFixture() {
    run(job("d1"));
    id = nlohmann::json::parse(log.reports.begin()->second)["findings"][0]["id"];
  }

  // As a comment; each one has an id of its own.
  void say(const std::string& text, const std::string& sender = "sam") {
    Job asked = job("d-" + std::to_string(++comment));
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command = text;
    asked.comment_id = comment;
    asked.sender = sender;
    run(asked);
    run_queued();
  }

  std::string last_answer() const {
    return github.comments.empty() ? "" : github.comments.back().body;
  }
  std::string conclusion() const { return last_check()["conclusion"]; }
  std::string summary() const { return last_check()["output"]["summary"]; }
  void configure(const std::string& yaml) {
    git.commits["bbbb"][".github/leadline.yml"] = yaml;
    git.commits[github.pull.head_sha][".github/leadline.yml"] = yaml;
  }

  std::string id;
  int comment = 100;
};

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace leadline
