#pragma once

#include "app/github/messages.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/analysis.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/job_context.hpp"

#include <map>
#include <string>
#include <vector>

namespace leadline {

// The override label of a configuration says what "/leadline ack all" says, at the moment when it
// is set: it covers the findings of the last verdict that was published by then, for who may
// acknowledge them, as long as it stays on the pull request. What is pushed later is covered once
// somebody removes it and sets it again.

bool has_label(const PullRequest& pull, const std::string& label);

// Whether a label has given this word; then it is about one pull request alone, also in a merge
// queue.
bool is_of_label(const Acknowledgement& word);
bool is_of_label_of(const Acknowledgement& word, int pull_number);

// The words that may count for a pull request, and what its label does not cover.
struct WordsForPull {
  std::vector<Acknowledgement> words;
  std::string label;               // that is on the pull request and configured; "" none
  LabelSetting setting;            // of that label
  std::string void_because;        // why it covers nothing; "" where it may
  std::vector<std::string> unseen; // findings that were not shown when it was set
  std::map<std::string, std::string>
      refused; // findings that its setter may not acknowledge, and why
};

// Those that stand in the repository but for other pull requests' labels. Those of the pull
// request's own label are brought up to date first, where its labels are known; else they are what
// standing_words() leaves. A word of it that somebody withdraws stays so until the label is set
// again. Costs one GraphQL query and one REST call where the label is set.
WordsForPull words_for(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                       const Publication& publication, const Analysis& analysis,
                       CommitAuthors& commits);

// The words that stand in the repository and may count where `pull` is judged on the side, or in a
// merge queue's group, and nothing is written down: those of its own label while it is as it was
// when they were given (its event may be lost, and an audit goes by what is stored). nullptr: by no
// label. Costs one GraphQL query and one REST call where there are words of the label.
std::vector<Acknowledgement> standing_words(const JobContext& context, GitHubClient& client,
                                            const PullRequest* pull, const std::string& label);

// What the check has to say of the label about what blocks in `report`, which has what is
// acknowledged aside; Markdown, "" for nothing.
std::string label_note(const WordsForPull& found, const Report& report, const Policy& policy);

} // namespace leadline
