#include "app/jobs/tell_command.hpp"

#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/override_label.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/render/github.hpp"
#include "app/render/neutralize.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_config_characters = 20'000;

// As the check has it that `report` is of.
std::string told(const Acknowledgement& word, const StoredReport& report,
                 Acknowledgement::Time now) {
  const auto same = [&](const StoredWord& each) {
    return each.finding_id == word.finding_id && each.by == word.by && each.reason == word.reason;
  };
  const auto against = std::find_if(report.void_words.begin(), report.void_words.end(), same);
  const auto& counted = report.acknowledged;
  const bool counts = std::any_of(counted.begin(), counted.end(), same);
  const bool another = std::any_of(counted.begin(), counted.end(), [&](const StoredWord& each) {
    return each.finding_id == word.finding_id;
  });
  std::string note;
  if (!word.holds_at(now)) {
    note = " (expired)";
  } else if (against != report.void_words.end()) {
    note = fmt::format(" (**which does not count here**: {})", against->void_why);
  } else if (!counts && another) { // one that counts is enough: others may not have been looked at
    note = " (the check does not go by this one)";
  } else if (!counts) {
    note = " (the check of this head has not been run since)";
  }
  const std::string until =
      word.until == Acknowledgement::Time{} ? "" : ", until " + iso_time(word.until);
  return fmt::format("Acknowledged by {} on {}{}{}: {}\n\n", code_span(word.by), iso_time(word.at),
                     until, note, neutralize(word.reason));
}

std::string folded(const char* title, const LoadedConfig& policy) {
  const std::string text = policy.mistakes.empty() ? config_text(policy.config) : policy.mistakes;
  return fmt::format("<details><summary>{}</summary>\n\n{}\n\n</details>\n", title,
                     code_block(cut(text, k_config_characters, "\n(cut)"), ""));
}

} // namespace

std::string TellCommand::explain(GitHubClient& client, const Job& job,
                                 const webhooks::Command& command) {
  const PullRequest pull = client.pull_request(job.pull_number);
  const auto stored = m_context.parts.log.load_report(job.repository, pull.number, pull.head_sha);
  if (!stored) {
    return "This head has not been analysed yet; try again when its check is done.\n";
  }
  const StoredReport report = parse_stored_report(*stored);
  const Finding* finding = report.find(command.finding_id);
  if (finding == nullptr) {
    return fmt::format("The present head has no finding {}.\n", code_span(command.finding_id));
  }
  std::string text = explanation(*finding);
  const auto now =
      std::chrono::time_point_cast<std::chrono::milliseconds>(m_context.parts.clock.now());
  for (const Acknowledgement& word :
       m_context.parts.acknowledgements.acknowledgements(job.repository)) {
    const bool elsewhere = is_of_label(word) && !is_of_label_of(word, pull.number);
    if (word.finding_id == finding->id && !elsewhere) {
      text += told(word, report, now);
    }
  }
  return text;
}

std::string TellCommand::config(GitHubClient& client, const Job& job) {
  const PullRequest pull = client.pull_request(job.pull_number);
  const LoadedConfig policy = policy_of_pull(m_context, client, pull);
  std::string text = fmt::format(
      "{}, read from the merge base of this pull request over the organisation's defaults:\n\n{}",
      policy.mistakes.empty() ? "The configuration" : "The configuration's mistakes",
      folded("How it is judged", policy));
  if (const auto second = second_policy_of_pull(m_context, client, pull)) {
    text +=
        fmt::format("\nIt goes into another branch than {}, and has to pass by the "
                    "configuration of that one too, by no label that only one of them "
                    "names:\n\n{}",
                    code_span(pull.default_branch), folded("How it has to pass as well", *second));
  }
  return text;
}

} // namespace leadline
