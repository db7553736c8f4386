#include "app/jobs/ack_command.hpp"

#include "analyzers/risk/findings.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledging.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/outcome.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "base/digest.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace leadline {
namespace {

constexpr std::size_t k_most_lines = 20;
constexpr std::size_t k_title_characters = 160;
constexpr const char* k_taken_back =
    ": It was taken back after this was asked for; ask again if it is meant.";

Acknowledgement::Time now_of(const Clock& clock) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now());
}

std::string titled(const Finding& finding) {
  return fmt::format("{} {}", code_span(finding.id),
                     neutralize(shortened(finding.title, k_title_characters)));
}

// The findings that the command is about, and the other places of the same edits: nobody gives
// thirty words for one rename.
std::vector<Finding> chosen(const StoredReport& report, const std::string& id, Policy policy) {
  if (!report.fail_on.empty()) { // another configuration than that of its branch
    policy.never_fail = report.fail_on == k_never_fails;
    policy.fail_on = severity_of(report.fail_on).value_or(Severity::low);
  }
  std::set<std::string> ids;
  for (const Finding& finding : report.findings) {
    if (finding.id == id || (id == webhooks::k_all_findings && is_blocking(finding, policy))) {
      ids.insert(finding.id);
    }
  }
  std::vector<Finding> findings;
  std::copy_if(report.findings.begin(), report.findings.end(), std::back_inserter(findings),
               [&](const Finding& finding) {
                 return ids.count(finding.id) != 0 ||
                        (finding.sweep && ids.count(finding.sweep->leader) != 0);
               });
  return findings;
}

// The same whatever delivery brings a comment's command, of a later replay too.
std::string request_of(const Job& job) {
  return job.comment_id == 0
             ? run_key(job)
             : fmt::format("comment {}{} {}", job.comment_id, job.review_comment ? " review" : "",
                           sha256_hex(job.command).substr(0, 16));
}

std::string listed(const char* title, const std::vector<std::string>& lines) {
  if (lines.empty()) {
    return "";
  }
  std::string text = std::string(title) + "\n\n";
  for (std::size_t i = 0; i < lines.size() && i < k_most_lines; ++i) {
    text += "- " + lines[i] + "\n";
  }
  if (lines.size() > k_most_lines) {
    text += fmt::format("- and {} more\n", lines.size() - k_most_lines);
  }
  return text + "\n";
}

} // namespace

std::string AckCommand::acknowledge(GitHubClient& client, const Job& job,
                                    const webhooks::Command& command) {
  const PullRequest pull = client.pull_request(job.pull_number);
  const auto stored = m_context.parts.log.load_report(job.repository, pull.number, pull.head_sha);
  if (!pull.open || !stored) {
    return pull.open ? "This head has not been analysed yet; try again when its check is done.\n"
                     : "This pull request is closed.\n";
  }
  if (!job.head_sha.empty() && job.head_sha != pull.head_sha) {
    return "The head has changed since: look at the check of the present one, and press its "
           "button.\n";
  }
  const LoadedConfig policy = policy_of_pull(m_context, client, pull);
  if (!policy.mistakes.empty()) {
    return "The configuration has mistakes; nothing can be acknowledged until they are mended.\n";
  }
  const StoredReport report = parse_stored_report(*stored);
  const std::vector<Finding> findings = chosen(report, command.finding_id, policy.config.policy);
  if (findings.empty()) {
    return fmt::format("The present head has no finding {}.\n", code_span(command.finding_id));
  }
  const Acknowledging& rules = policy.config.acknowledging;
  const Acknowledgement::Time now = now_of(m_context.parts.clock);
  const std::chrono::hours longest(24 * rules.max_days);
  std::chrono::hours lasts = command.lasts;
  if (longest.count() > 0 && (lasts.count() == 0 || lasts > longest)) {
    lasts = longest;
  }
  const Publication publication =
      m_context.parts.log.load(job.repository, pull.number).value_or(Publication());
  const SeenVerdict* seen = job.check_run_id != 0
                                ? seen_on(publication, job.check_run_id, job.asked_at)
                                : seen_by(publication, job.asked_at);
  const std::vector<Contributor> authors = authors_of(m_context.parts.log, job.repository, pull);
  CommitAuthors commits(client, pull);
  commits.rest_on(report.paths);
  std::vector<Finding> written;
  std::vector<std::string> refused;
  for (const Finding& finding : findings) {
    const bool named = finding.id == command.finding_id;
    const bool to_be_seen = !named || is_about_secret(finding) || has_shown_another(seen, finding);
    if (to_be_seen && !has_shown(seen, finding, pull.head_sha)) {
      refused.push_back(
          titled(finding) +
          ": It was not shown yet when this was asked for; look at it, and ask again.");
      continue;
    }
    if (is_taken_back(m_context.parts.acknowledgements, job.repository, pull.number, finding,
                      job.asked_at)) {
      refused.push_back(titled(finding) + k_taken_back);
      continue;
    }
    if (const std::string why =
            refusal_of(client, rules, finding, {job.sender_id, job.sender}, authors, commits);
        !why.empty()) {
      refused.push_back(titled(finding) + ": " + why);
      continue;
    }
    Acknowledgement word = word_about(finding);
    word.request = request_of(job);
    word.repository = job.repository;
    word.pull_number = pull.number;
    word.head_sha = pull.head_sha;
    word.by = job.sender;
    word.by_id = job.sender_id;
    word.reason = command.reason;
    word.at = now;
    word.until = lasts.count() > 0 ? now + lasts : Acknowledgement::Time{};
    m_context.parts.acknowledgements.acknowledge(word);
    m_context.parts.observer.acknowledged(word.rule);
    written.push_back(finding);
  }
  const std::vector<std::string> overtaken = take_back_overtaken(client, job, pull.number, written);
  std::vector<std::string> done;
  for (const Finding& finding : written) {
    const bool stands =
        std::find(overtaken.begin(), overtaken.end(), finding.id) == overtaken.end();
    (stands ? done : refused).push_back(titled(finding) + (stands ? "" : k_taken_back));
  }
  m_context.parts.logger.info("{} findings acknowledged by {}, {} refused", done.size(), job.sender,
                              refused.size());
  if (!done.empty()) {
    queue_rerun(m_context, job, "acknowledged by " + job.sender);
  }
  const std::string until =
      lasts.count() > 0 ? " until " + iso_time(m_context.parts.clock.now() + lasts) : "";
  return listed(fmt::format("Acknowledged by {}{}; the check is run again.", code_span(job.sender),
                            until)
                    .c_str(),
                done) +
         listed("Not acknowledged:", refused);
}

std::vector<std::string> AckCommand::take_back_overtaken(GitHubClient& client, const Job& job,
                                                         int pull_number,
                                                         const std::vector<Finding>& written) {
  std::vector<std::string> ids;
  for (const Finding& finding :
       withdraw_overtaken(m_context.parts.acknowledgements, job.repository, pull_number,
                          request_of(job), written, job.asked_at, now_of(m_context.parts.clock))) {
    ids.push_back(finding.id);
  }
  if (!ids.empty()) {
    judge_again(client, job, open_pulls_or(client, {}), ids, k_word_withdrawn);
  }
  return ids;
}

void AckCommand::judge_again(GitHubClient& client, const Job& job,
                             const std::vector<PullRequest>& open,
                             const std::vector<std::string>& ids, const std::string& reason) {
  for (const PullRequest& pull : open) { // a word holds in the whole repository
    const auto stored =
        pull.number == job.pull_number
            ? std::nullopt
            : m_context.parts.log.load_report(job.repository, pull.number, pull.head_sha);
    if (!stored) {
      continue;
    }
    const StoredReport report = parse_stored_report(*stored);
    if (std::any_of(ids.begin(), ids.end(),
                    [&](const std::string& id) { return report.find(id) != nullptr; })) {
      Job again = job_for(client, pull);
      again.again = true;
      again.delivery_id = job.delivery_id;
      again.asked_at = now_of(m_context.parts.clock);
      again.reason = reason;
      m_context.parts.queue.enqueue(again);
    }
  }
  m_context.parts.queue.enqueue(look_at_groups(client.installation_id(), job.repository, reason));
  queue_rerun(m_context, job, reason);
}

// Those that are open now; `known` where GitHub does not tell.
std::vector<PullRequest> AckCommand::open_pulls_or(GitHubClient& client,
                                                   std::vector<PullRequest> known) {
  try {
    return client.open_pulls();
  } catch (const Error& error) {
    m_context.parts.logger.warn("the list from before is gone by: {}", error.what());
    return known;
  }
}

std::string AckCommand::withdraw(GitHubClient& client, const Job& job,
                                 const webhooks::Command& command) {
  const bool all = command.finding_id == webhooks::k_all_findings;
  std::vector<std::string> ids;
  if (!all) {
    ids.push_back(command.finding_id);
  }
  const PullRequest pull = client.pull_request(job.pull_number);
  const auto stored = m_context.parts.log.load_report(job.repository, pull.number, pull.head_sha);
  if (stored) {
    for (const Finding& finding : parse_stored_report(*stored).findings) {
      if (all || (finding.sweep && finding.sweep->leader == command.finding_id)) {
        ids.push_back(finding.id);
      }
    }
  }
  AcknowledgementLog& log = m_context.parts.acknowledgements;
  std::vector<std::string> noted = ids;
  if (all) {
    noted.push_back(all_words_of(job.pull_number));
  }
  log.note_withdrawal(job.repository, noted, job.asked_at);
  std::vector<Acknowledgement> words = log.acknowledgements(job.repository);
  std::erase_if(words, [&](const Acknowledgement& word) {
    return std::find(ids.begin(), ids.end(), word.finding_id) == ids.end();
  });
  // GitHub is asked before: what its limits put off is the same try again, which must find what is
  // still to be done.
  std::vector<PullRequest> open = client.open_pulls();
  std::size_t withdrawn = 0;
  for (const Acknowledgement& word : words) {
    withdrawn += log.withdraw(word.id, job.sender, now_of(m_context.parts.clock)) ? 1 : 0;
  }
  if (withdrawn > 0) { // who has passed by them meanwhile
    open = open_pulls_or(client, std::move(open));
  }
  // Also when nothing stood: an earlier try may have ended behind it, and a check may have passed
  // by a word that the database, an older copy, does not know of.
  judge_again(client, job, open, ids, "acknowledgement withdrawn by " + job.sender);
  m_context.parts.logger.info("{} acknowledgements withdrawn by {}", withdrawn, job.sender);
  return withdrawn == 0
             ? fmt::format("No acknowledgement of {} stood here; the check is run again.\n",
                           code_span(command.finding_id))
             : fmt::format("Withdrawn: {}; the check is run again.\n",
                           counted(static_cast<long>(withdrawn), "acknowledgement"));
}

} // namespace leadline
