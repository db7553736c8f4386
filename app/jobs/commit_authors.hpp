#pragma once

#include "analyzers/report.hpp"
#include "app/github/messages.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

class GitHubClient;

// Who wrote what a pull request changes, as its commits say: who pushed them before somebody else
// opened it is in no event. Only the commits that change a finding's file count for it, since a
// release collects everybody's. Asks GitHub when it is asked, each thing once.
class CommitAuthors {
public:
  // `known`: the commits, where they have been read already. `client` outlives it.
  CommitAuthors(GitHubClient& client, const PullRequest& pull,
                std::optional<PullCommits> known = std::nullopt)
      : m_client(client), m_number(pull.number), m_head_sha(pull.head_sha),
        m_commits(std::move(known)) {}

  // Whether a commit that changes the file of `finding` names `who` as its author or committer.
  // What cannot be told is yes.
  bool wrote(const Contributor& who, const Finding& finding);

private:
  const std::optional<std::vector<std::string>>& commits_of(const std::string& path);

  GitHubClient& m_client;
  int m_number;
  std::string m_head_sha;
  std::optional<PullCommits> m_commits;
  std::map<std::string, std::optional<std::vector<std::string>>> m_paths; // nullopt: too many
};

} // namespace leadline
