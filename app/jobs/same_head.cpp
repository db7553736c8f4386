#include "app/jobs/same_head.hpp"

#include "app/github/client.hpp"
#include "app/github/clock.hpp"
#include "app/jobs/group_head.hpp"
#include "app/jobs/group_range.hpp"
#include "app/jobs/judging_pull.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

namespace leadline {
namespace {

constexpr const char* k_reason = "another pull request of the same head has changed";
constexpr std::string_view k_pulls = "refs/pull/";
constexpr std::string_view k_head = "/head";
constexpr std::size_t k_most_pulls = 1'000; // of one head
constexpr int k_most_looks = 5;
// The refs of git and the API need not tell of the same moment.
constexpr std::chrono::seconds k_replication{2};

void withhold(CheckRunFields& outcome, const std::string& title, const std::string& why) {
  outcome.conclusion = name_of(Conclusion::action_required);
  outcome.title = title;
  outcome.summary =
      "A check belongs to a head, and passes only if all pull requests of that head do. " + why +
      "\n\n" + outcome.summary;
}

bool has(const std::vector<int>& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// With a second look where the pull request itself is not among them.
std::vector<int> numbers_with(const JobContext& context, GitHubClient& client,
                              const PullRequest& pull) {
  std::vector<int> numbers = numbers_of_head(context, client, pull.head_sha);
  if (!has(numbers, pull.number)) {
    context.parts.clock.sleep_for(k_replication);
    numbers = numbers_of_head(context, client, pull.head_sha);
  }
  return numbers;
}

void put_in_its_place(const JobContext& context, const Job& job, const PullRequest& other,
                      const Judged& judged, CheckRunFields theirs, CheckRunFields& outcome) {
  if (judged.analysis.config_mistakes.empty()) { // so that the link leads somewhere
    context.parts.log.save_report(job.repository, other.number, other.head_sha,
                                  stored_report_json(judged), first_end(judged));
  }
  const std::string name = "Pull request " + std::to_string(other.number);
  outcome = std::move(theirs);
  outcome.title = name + " with the same head: " + outcome.title;
  outcome.summary = name + " into " + code_span(other.base_ref) +
                    " has the same head, and they share this check. Its findings:\n\n" +
                    outcome.summary;
  outcome.actions = {}; // they would act on this pull request
}

// True when all pass.
bool judge_others(const JobContext& context, GitHubClient& client, const Job& job,
                  const PullRequest& pull, const Judged& own, std::vector<PullRequest> others,
                  CheckRunFields& outcome) {
  const bool nothing_found = own.analysis.report.findings.empty() && own.acknowledged.empty();
  std::stable_sort(others.begin(), others.end(), [](const PullRequest& a, const PullRequest& b) {
    return a.base_sha < b.base_sha;
  });
  std::string base_sha;
  Judged analysed;
  StrictAnalysis strict;
  for (const PullRequest& other : others) {
    if (nothing_found && other.base_sha == pull.base_sha) {
      continue; // the same diff, with nothing that anybody could have acknowledged
    }
    if (base_sha != other.base_sha) {
      analysed = analyse_pull(context, client, other, {});
      base_sha = other.base_sha;
    }
    Judged judged = analysed; // words, labels and authors are each one's own
    const Publication published =
        context.parts.log.load(job.repository, other.number).value_or(Publication());
    set_acknowledged_aside(context, client, other, published, CommitAuthors(client, other), judged);
    hold_to_default_branch(context, client, other, published, CommitAuthors(client, other), strict,
                           judged);
    CheckRunFields theirs = outcome_of(judged, run_context(context, job, other));
    if (theirs.conclusion != outcome.conclusion) {
      put_in_its_place(context, job, other, judged, std::move(theirs), outcome);
      return false;
    }
  }
  return true;
}

std::optional<Conclusion> stored_conclusion(PublicationLog& log, const std::string& repository,
                                            int number, const std::string& head_sha) {
  const std::optional<std::string> report = log.load_report(repository, number, head_sha);
  return report ? std::optional(parse_stored_report(*report).conclusion) : std::nullopt;
}

// Calls `take` with the job of each pull request beside that of `job` that has a verdict about
// `head_sha`, or is about to have one, and with what it has published.
template <typename Take>
void for_sharers(const JobContext& context, const Job& job, const std::string& head_sha,
                 Take take) {
  PublicationLog& log = context.parts.log;
  for (const int number : log.pulls_with_report(job.repository, head_sha)) {
    if (number == k_no_pull || number == job.pull_number) {
      continue;
    }
    Job again = rerun_after(job, k_reason);
    again.pull_number = number;
    again.head_sha = head_sha;
    again.label.clear();
    again.base_sha.clear(); // of a group
    again.head_ref.clear();
    const Publication theirs = log.load(job.repository, number).value_or(Publication());
    if (theirs.judged_head == head_sha || is_under_way(context.parts.queue, again)) {
      take(again, theirs);
    }
  }
}

void enqueue(const JobContext& context, const Job& again) {
  context.parts.queue.enqueue(again);
  context.parts.logger.info("pull request {} shares its head, and is judged again",
                            again.pull_number);
}

} // namespace

std::vector<int> numbers_of_head(const JobContext& context, GitHubClient& client,
                                 const std::string& head_sha) {
  const std::string url = context.app.urls.git_url(client.repository());
  const std::vector<std::string> names =
      with_git_token(client, TokenScope::usual, [&](const Secret& token) {
        return context.parts.git.refs_at({url, token}, std::string(k_pulls), head_sha);
      });
  std::vector<int> numbers;
  for (const std::string& name : names) {
    const char* const first = name.data() + k_pulls.size();
    const char* const end = name.data() + name.size();
    int number = 0;
    const auto [last, failed] = std::from_chars(first, end, number);
    if (failed == std::errc() && std::string_view(last, end) == k_head) { // else /merge
      numbers.push_back(number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<PullRequest> open_pulls_of_head(GitHubClient& client, std::vector<int> numbers,
                                            const std::string& head_sha) {
  if (numbers.size() > k_most_pulls) {
    numbers.erase(numbers.begin(), numbers.end() - k_most_pulls);
  }
  std::vector<PullRequest> pulls = client.pulls(numbers);
  std::erase_if(pulls,
                [&](const PullRequest& pull) { return !pull.open || pull.head_sha != head_sha; });
  return pulls;
}

void judge_same_head(const JobContext& context, GitHubClient& client, const Job& job,
                     const PullRequest& pull, const Judged& own, CheckRunFields& outcome) {
  if (outcome.conclusion != name_of(Conclusion::success)) {
    return;
  }
  if (stored_conclusion(context.parts.log, job.repository, k_no_pull, pull.head_sha) !=
          std::optional(Conclusion::success) &&
      has_group(context, client, pull.head_sha)) {
    withhold(outcome, "A merge queue's group has this head",
             "The group waits for a verdict of its own, which no pull request can give it.");
    return;
  }
  std::set<int> known = {pull.number};
  for (int look = 0; look < k_most_looks; ++look) {
    std::vector<int> numbers = numbers_with(context, client, pull);
    if (!has(numbers, pull.number)) {
      withhold(outcome, "The head of this pull request is another one",
               "Git lists this one no more, or not yet, as the head of this pull request, so that "
               "others of it need not be listed either. The check of the head that it has now "
               "counts. If it is this one, run it again.");
      return;
    }
    if (numbers.size() > k_most_pulls) {
      withhold(outcome, "Too many pull requests have this head",
               "There are more than " + std::to_string(k_most_pulls) +
                   " of them. Push another commit to have a head of your own.");
      return;
    }
    std::erase_if(numbers, [&](int number) { return !known.insert(number).second; });
    std::vector<PullRequest> others = open_pulls_of_head(client, numbers, pull.head_sha);
    if (others.empty() ||
        !judge_others(context, client, job, pull, own, std::move(others), outcome)) {
      return;
    }
    // That took its time: another one may have been opened meanwhile.
  }
  withhold(outcome, "Pull requests of this head keep coming",
           "While some were judged, others were opened, again and again. Run it again.");
}

int judge_sharers_again(const JobContext& context, const Job& job, const std::string& head_sha,
                        const std::string& name) {
  int queued = 0;
  for_sharers(context, job, head_sha, [&](const Job& again, const Publication& theirs) {
    if (name.empty() || theirs.check_name.empty() || theirs.check_name == name) {
      enqueue(context, again);
      ++queued;
    }
  });
  return queued;
}

void tell_other_names(const JobContext& context, const Job& job, const PullRequest& pull,
                      const std::string& name, const Judged& judged) {
  const Conclusion now = judged.analysis.report.verdict.conclusion;
  if (now == stored_conclusion(context.parts.log, job.repository, pull.number, pull.head_sha)
                 .value_or(Conclusion::success)) {
    return;
  }
  for_sharers(context, job, pull.head_sha, [&](const Job& again, const Publication& theirs) {
    if (!theirs.check_name.empty() && theirs.check_name != name) {
      enqueue(context, again);
    }
  });
}

void leave_heads(const JobContext& context, const Job& job, const PullRequest& pull,
                 Publication& publication) {
  std::vector<std::string> left;
  if (!publication.judged_head.empty() &&
      (!pull.open || publication.judged_head != pull.head_sha)) {
    left.push_back(publication.judged_head);
  }
  if (!pull.open && pull.head_sha != publication.judged_head) {
    left.push_back(pull.head_sha);
  }
  if (left == publication.left_heads) {
    return; // they would tell each other without end
  }
  PublicationLog& log = context.parts.log;
  int told = 0;
  for (const std::string& head : left) {
    const std::vector<std::string>& before = publication.left_heads;
    const bool passed = stored_conclusion(log, job.repository, pull.number, head) ==
                        std::optional(Conclusion::success);
    if (!passed && std::find(before.begin(), before.end(), head) == before.end()) {
      told += judge_sharers_again(context, job, head);
    }
  }
  if (told > 0 || !publication.left_heads.empty()) {
    publication.left_heads = left;
    log.save(job.repository, pull.number, publication);
  }
}

} // namespace leadline
