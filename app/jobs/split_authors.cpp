#include "app/jobs/split_authors.hpp"

#include "app/github/client.hpp"
#include "app/jobs/acknowledging.hpp"

namespace leadline {

std::optional<std::vector<Contributor>> authors_of_parts(PublicationLog& log, GitHubClient& client,
                                                         const PullRequest& whole,
                                                         const Contributor& asker) {
  const PullCommits commits =
      client.conversation(whole.number, GitHubClient::Commits::read).commits;
  if (!commits.complete) {
    return std::nullopt;
  }
  std::vector<Contributor> authors;
  const auto add = [&](const Contributor& who) {
    if ((who.id != 0 || !who.login.empty()) && !is_among(who, authors)) {
      authors.push_back(who);
    }
  };
  for (const Contributor& who : authors_of(log, client.repository(), whole)) {
    add(who);
  }
  for (const PullCommit& commit : commits.list) {
    for (const Contributor& who : commit.people) {
      add(who);
    }
  }
  add(asker);
  return authors;
}

void remember_authors(PublicationLog& log, const std::string& repository, int part,
                      const std::vector<Contributor>& authors) {
  for (const Contributor& who : authors) {
    log.remember_contributor(repository, part, who);
  }
}

} // namespace leadline
