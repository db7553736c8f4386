#pragma once

#include "analyzers/report.hpp"
#include "app/github/messages.hpp"
#include "app/jobs/finding_paths.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

class GitHubClient;

// Who wrote what a pull request changes, as its commits say - authors, co-authors and committers:
// who pushed them before somebody else opened it is in no event. Only the commits that change a
// file that a finding rests on count for it, since a release collects everybody's; all of them
// where the file has its name only from this pull request. Asks GitHub when it is asked, each thing
// once.
class CommitAuthors {
public:
  // `known`: the commits, where they have been read already. `client` outlives it.
  CommitAuthors(GitHubClient& client, const PullRequest& pull,
                std::optional<PullCommits> known = std::nullopt)
      : m_client(client), m_number(pull.number), m_head_sha(pull.head_sha),
        m_commits(std::move(known)) {}

  // What findings rest on beside the file that they stand in.
  void rest_on(FindingPaths paths) { m_rest_on = std::move(paths); }

  enum class Wrote {
    no,
    yes,
    unknown, // there is more than is read, or nothing to read: nobody may be trusted by it
  };
  // Whether a commit that changes a file of `finding`, or may have, names `who`.
  Wrote wrote(const Contributor& who, const Finding& finding);

  // Of a run and its pull request: each file costs a query, of at most ten pages.
  static constexpr std::size_t k_most_paths = 10;

private:
  // nullptr: not to be told.
  const std::vector<std::string>* commits_of(const std::string& path);

  GitHubClient& m_client;
  int m_number;
  std::string m_head_sha;
  std::optional<PullCommits> m_commits;
  FindingPaths m_rest_on;
  std::map<std::string, std::optional<std::vector<std::string>>> m_paths; // nullopt: too many
};

} // namespace leadline
