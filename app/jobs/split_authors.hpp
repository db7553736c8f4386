#pragma once

#include "app/github/messages.hpp"
#include "app/github/publication_log.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

class GitHubClient;

// Whose change the parts of a split pull request are: those of the whole, whoever its commits name,
// and `asker`. The parts' own commits and events tell of none of them: one commit each, by the
// author of the last one, in pull requests that we open. nullopt: its commits are more than are
// read.
std::optional<std::vector<Contributor>> authors_of_parts(PublicationLog& log, GitHubClient& client,
                                                         const PullRequest& whole,
                                                         const Contributor& asker);

// May be repeated.
void remember_authors(PublicationLog& log, const std::string& repository, int part,
                      const std::vector<Contributor>& authors);

} // namespace leadline
