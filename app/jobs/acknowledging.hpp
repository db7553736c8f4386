#pragma once

#include "analyzers/report.hpp"
#include "app/config/repository_config.hpp"
#include "app/github/messages.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadline {

class CommitAuthors;
class GitHubClient;

// A finding that does not block, because somebody has said that it is meant.
struct Acknowledged {
  Finding finding;
  Acknowledgement word; // `until` is when it ends here
};

// A word about a finding that blocks all the same.
struct VoidWord {
  std::string finding_id;
  Acknowledgement word;
  std::string why; // Markdown: what follows on "it does not count: "
};

// What is acknowledged, and what only seems to be.
struct SetAside {
  std::vector<Acknowledged> acknowledged;
  std::vector<VoidWord> void_words; // of findings for which no word counts; newest first of each
};

// What acknowledgements are held against.
struct AcknowledgedChange {
  std::vector<Contributor> authors; // authors_of() the pull request; empty where it is not known
  std::string head_sha;
  Acknowledgement::Time now{};
  // Why the giver of a word could not give it any more; "" where nothing is against it. Empty: the
  // same. Asked last.
  std::function<std::string(const Acknowledgement& word, const Finding& finding)> against = {};
  // Whether a word about a secret that was given for another head holds here; empty: no.
  std::function<bool(const Acknowledgement& word, const Finding& finding)> holds_here = {};
};

// By the account where both are known, else by the login.
bool is_among(const Contributor& person, const std::vector<Contributor>& people);

// Whose change a pull request of `repository` is: who opened it, and who has pushed to it as far as
// we have seen.
std::vector<Contributor> authors_of(PublicationLog& log, const std::string& repository,
                                    const PullRequest& pull);

// Whether `word` was given for this very finding. Its id alone is too short to say so.
bool is_about(const Acknowledgement& word, const Finding& finding);

inline constexpr const char* k_word_withdrawn = "an acknowledgement does not stand any more";

// Whether one of the words of `counting`, which were in `log`, was withdrawn since. A run asks
// after it has stored what it passes by: who withdraws a word looks for that afterwards, so one of
// the two sees the other.
bool is_any_withdrawn(AcknowledgementLog& log, const std::string& repository,
                      const std::vector<Acknowledged>& counting);

// Under what AcknowledgementLog::note_withdrawal is told of all words of a pull request.
std::string all_words_of(int pull_number);
// Whether somebody has asked, later than in the second of `given`, that words about `finding` be
// taken back: it alone, all places of its edit, or all findings of the pull request. Deliveries
// come in any order, and GitHub tells times in whole seconds.
bool is_taken_back(AcknowledgementLog& log, const std::string& repository, int pull_number,
                   const Finding& finding, Acknowledgement::Time given);
// Withdraws those words of `request`, given at `given` about `findings` and written just now, that
// were taken back while they were written, and tells their findings. Who takes a word back notes
// that before he looks for words, so one of the two sees the other.
std::vector<Finding> withdraw_overtaken(AcknowledgementLog& log, const std::string& repository,
                                        int pull_number, const std::string& request,
                                        const std::vector<Finding>& findings,
                                        Acknowledgement::Time given, Acknowledgement::Time now);

// Whether something that `finding` is about is redacted, and so not known.
bool is_about_secret(const Finding& finding);

// The last verdict that was published by `time`; nullptr without one.
const SeenVerdict* seen_by(const Publication& publication, Acknowledgement::Time time);
// The verdict that this check run shows. One of a version before, which does not say which, is
// taken by the time.
const SeenVerdict* seen_on(const Publication& publication, std::int64_t check_run_id,
                           Acknowledgement::Time time);
// Whether `seen` has shown `finding` of `head_sha`. One about a secret looks the same whatever the
// secret is: there it has to be a verdict about that head.
bool has_shown(const SeenVerdict* seen, const Finding& finding, const std::string& head_sha);
// Whether `seen` has shown another finding by the id of this one.
bool has_shown_another(const SeenVerdict* seen, const Finding& finding);

// Takes what is acknowledged out of `report` and judges what is left: of an edit in many places
// each place takes a word of its own (lead_anew). A word counts for the finding of its digest while
// nobody has withdrawn it, it has not ended (end_of), its giver is not among the authors of this
// pull request (unless `rules` allow that) and the finding is not graver than `rules` allow. A word
// without a digest, of a version before, counts where its texts say all that the digest is of.
// Where something is a secret (is_about_secret), and so not known, it counts for one head only. Of
// a word with the id of a finding that does not count it is said why, as nobody takes it back.
SetAside set_aside(Report& report, const std::vector<Acknowledgement>& words,
                   const RepositoryConfig& config, const AcknowledgedChange& change);

// Why who has given a word could not give it any more, as a clause in Markdown: by `config`, which
// need not be the one that it was given under, may give no commands or is not among those who own
// what it is about - people leave, and owners are named later -, or wrote a commit of it, unless
// that is allowed. What GitHub does not tell is against it; throws Error where it does not answer.
// All outlive the function. Costs a REST call for each giver, another one where teams matter.
std::function<std::string(const Acknowledgement&, const Finding&)>
still_against(GitHubClient& client, const RepositoryConfig& config, CommitAuthors& commits);

// The earlier of two ends; 0, for both and of both, is none.
Acknowledgement::Time earlier_end(Acknowledgement::Time a, Acknowledgement::Time b);

// When a word ends by `rules`, which need not be those that it was given under; 0 never.
Acknowledgement::Time end_of(const Acknowledgement& word, const Acknowledging& rules);

// Why `giver` may not acknowledge `finding` of a pull request by `authors` with `commits`, as a
// sentence; "" when nothing is against it. Asks GitHub for members of teams.
std::string refusal_of(GitHubClient& client, const Acknowledging& rules, const Finding& finding,
                       const Contributor& giver, const std::vector<Contributor>& authors,
                       CommitAuthors& commits);

// The row of a word about `finding`, without who, why and when.
Acknowledgement word_about(const Finding& finding);

} // namespace leadline
