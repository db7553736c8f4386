#include "app/jobs/commit_authors.hpp"

#include "app/github/client.hpp"
#include "app/jobs/acknowledging.hpp"

#include <algorithm>

namespace leadline {

CommitAuthors::Wrote CommitAuthors::wrote(const Contributor& who, const Finding& finding) {
  if (!m_commits) {
    m_commits = m_client.conversation(m_number, GitHubClient::Commits::read).commits;
  }
  if (!m_commits->complete) {
    return Wrote::unknown;
  }
  std::vector<std::string> theirs;
  for (const PullCommit& commit : m_commits->list) {
    if (is_among(who, commit.people)) {
      theirs.push_back(commit.id);
    }
  }
  const bool any = theirs.size() == m_commits->list.size() || m_rest_on.any_new(finding);
  if (theirs.empty() || any) {
    return theirs.empty() ? Wrote::no : Wrote::yes;
  }
  Wrote found = Wrote::no;
  for (const std::string& path : m_rest_on.of(finding)) {
    const std::vector<std::string>* changing = commits_of(path);
    if (changing == nullptr) {
      found = Wrote::unknown;
      continue;
    }
    if (std::any_of(theirs.begin(), theirs.end(), [&](const std::string& id) {
          return std::find(changing->begin(), changing->end(), id) != changing->end();
        })) {
      return Wrote::yes;
    }
  }
  return found;
}

// No commit of the pull request is older than the oldest of them: beyond it nothing is of interest.
const std::vector<std::string>* CommitAuthors::commits_of(const std::string& path) {
  auto known = m_paths.find(path);
  if (known == m_paths.end()) {
    if (m_paths.size() >= k_most_paths) {
      return nullptr;
    }
    const auto oldest = std::min_element(
        m_commits->list.begin(), m_commits->list.end(),
        [](const PullCommit& a, const PullCommit& b) { return a.committed < b.committed; });
    known =
        m_paths.emplace(path, m_client.commits_of_path(m_head_sha, path, oldest->committed)).first;
  }
  return known->second ? &*known->second : nullptr;
}

} // namespace leadline
