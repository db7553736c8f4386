#include "app/jobs/commit_authors.hpp"

#include "app/github/client.hpp"
#include "app/jobs/acknowledging.hpp"

#include <algorithm>

namespace leadline {

bool CommitAuthors::wrote(const Contributor& who, const Finding& finding) {
  if (!m_commits) {
    m_commits = m_client.conversation(m_number, GitHubClient::Commits::read).commits;
  }
  if (!m_commits->complete) {
    return true;
  }
  std::vector<std::string> theirs;
  for (const PullCommit& commit : m_commits->list) {
    if (is_among(who, commit.people)) {
      theirs.push_back(commit.id);
    }
  }
  if (theirs.empty() || theirs.size() == m_commits->list.size()) {
    return !theirs.empty();
  }
  const std::optional<std::vector<std::string>>& changing = commits_of(finding.path);
  return !changing || std::any_of(theirs.begin(), theirs.end(), [&](const std::string& id) {
    return std::find(changing->begin(), changing->end(), id) != changing->end();
  });
}

// No commit of the pull request is older than the oldest of them: beyond it nothing is of interest.
const std::optional<std::vector<std::string>>& CommitAuthors::commits_of(const std::string& path) {
  const auto known = m_paths.find(path);
  if (known != m_paths.end()) {
    return known->second;
  }
  const auto oldest = std::min_element(
      m_commits->list.begin(), m_commits->list.end(),
      [](const PullCommit& a, const PullCommit& b) { return a.committed < b.committed; });
  return m_paths[path] = m_client.commits_of_path(m_head_sha, path, oldest->committed);
}

} // namespace leadline
