#include "app/jobs/override_label.hpp"

#include "analyzers/risk/findings.hpp"
#include "app/github/messages_json.hpp"
#include "app/jobs/acknowledging.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/render/neutralize.hpp"
#include "base/error.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <unordered_map>

namespace leadline {
namespace {

using Time = Acknowledgement::Time;

constexpr std::string_view k_of_label = "label on #";
constexpr std::size_t k_most_named = 20; // findings in a note
constexpr const char* k_taken_back = "It was taken back since; remove the label and set it again.";

std::string prefix_of(int pull_number) { return fmt::format("{}{} ", k_of_label, pull_number); }

Time time_of(const LabelSetting& setting) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(setting.at);
}

Time now_of(const JobContext& context) {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(context.parts.clock.now());
}

// The same for all words of one setting: what is withdrawn of it cannot be said again by it.
std::string request_of(int pull_number, const LabelSetting& setting) {
  return prefix_of(pull_number) + setting.event_id;
}

// Why whoever has set the label acknowledges nothing by it; "" when nothing is against it.
std::string reason_against(GitHubClient& client, const LabelSetting& setting) {
  if (!setting.there) { // it was a moment ago: what is read now is older, or newer
    throw Error(ErrorKind::unavailable, "GitHub's answers about the label do not agree");
  }
  if (setting.by.login.empty() || setting.event_id.empty()) {
    return "GitHub does not tell of a person who has set it";
  }
  return client.permission(setting.by) < Permission::write
             ? code_span(setting.by.login) + ", who has set it, may not write here"
             : std::string();
}

// The words of one setting, by the id of their finding.
using WordsOfLabel = std::unordered_map<std::string, const Acknowledgement*>;

WordsOfLabel words_of(const std::vector<Acknowledgement>& words, const std::string& request) {
  WordsOfLabel found;
  for (const Acknowledgement& word : words) {
    if (word.request == request) {
      found.emplace(word.finding_id, &word);
    }
  }
  return found;
}

// Writes down what the label says and has not said yet. The findings of that; what was withdrawn
// once stays so.
std::vector<Finding> say(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                         const Publication& publication, const Analysis& analysis,
                         const std::string& request, CommitAuthors& commits, WordsForPull& found) {
  const Acknowledging& rules = analysis.config.acknowledging;
  // GitHub writes whole seconds.
  const SeenVerdict* seen =
      seen_by(publication, time_of(found.setting) + std::chrono::milliseconds(999));
  const std::vector<Contributor> authors = authors_of(context.parts.log, client.repository(), pull);
  const Time now = now_of(context);
  const WordsOfLabel words = words_of(found.words, request);
  std::vector<Finding> written;
  for (const Finding& finding : analysis.report.findings) {
    const auto word_of = words.find(finding.id);
    const Acknowledgement* said = word_of != words.end() ? word_of->second : nullptr;
    if (said != nullptr && !said->holds_at(now)) {
      found.refused[finding.id] = "Its time is over; remove the label and set it again.";
      continue;
    }
    if (said != nullptr && is_about(*said, finding) &&
        (said->head_sha == pull.head_sha || !is_about_secret(finding))) {
      continue;
    }
    if (said == nullptr && is_taken_back(context.parts.acknowledgements, client.repository(),
                                         pull.number, finding, time_of(found.setting))) {
      found.refused[finding.id] = k_taken_back;
      continue;
    }
    if (said != nullptr || !has_shown(seen, finding, pull.head_sha)) {
      found.unseen.push_back(finding.id);
      continue;
    }
    if (const std::string why =
            refusal_of(client, rules, finding, found.setting.by, authors, commits);
        !why.empty()) {
      found.refused[finding.id] = why;
      continue;
    }
    Acknowledgement word = word_about(finding);
    word.request = request;
    word.by = found.setting.by.login;
    word.by_id = found.setting.by.id;
    word.reason = "label \"" + found.label + "\"";
    word.repository = client.repository();
    word.pull_number = pull.number;
    word.head_sha = pull.head_sha;
    word.at = time_of(found.setting);
    word.until = rules.max_days > 0 ? word.at + std::chrono::hours(24 * rules.max_days) : Time{};
    context.parts.acknowledgements.acknowledge(word);
    written.push_back(finding);
  }
  if (!withdraw_overtaken(context.parts.acknowledgements, client.repository(), pull.number, request,
                          written, time_of(found.setting), now)
           .empty()) { // a group may have passed by it
    context.parts.queue.enqueue(
        look_at_groups(client.installation_id(), client.repository(), k_word_withdrawn));
  }
  return written;
}

std::string names_of(const std::vector<std::string>& ids) {
  std::string names;
  for (std::size_t i = 0; i < ids.size() && i < k_most_named; ++i) {
    names += (i > 0 ? ", " : "") + code_span(ids[i]);
  }
  return ids.size() > k_most_named ? fmt::format("{} and {} more", names, ids.size() - k_most_named)
                                   : names;
}

} // namespace

bool has_label(const PullRequest& pull, const std::string& label) {
  return !label.empty() &&
         std::find(pull.labels.begin(), pull.labels.end(), label) != pull.labels.end();
}

bool is_of_label(const Acknowledgement& word) { return word.request.starts_with(k_of_label); }

bool is_of_label_of(const Acknowledgement& word, int pull_number) {
  return word.request.starts_with(prefix_of(pull_number));
}

std::vector<Acknowledgement> standing_words(const JobContext& context, GitHubClient& client,
                                            const PullRequest* pull, const std::string& label) {
  std::vector<Acknowledgement> words =
      context.parts.acknowledgements.acknowledgements(client.repository());
  const bool asked = pull != nullptr && !label.empty() &&
                     std::any_of(words.begin(), words.end(), [&](const Acknowledgement& word) {
                       return is_of_label_of(word, pull->number);
                     });
  std::string request; // of the words that the label gives now
  if (asked && (!pull->labels_known || has_label(*pull, label))) {
    const LabelSetting setting = client.label_setting(pull->number, label);
    if (setting.there && reason_against(client, setting).empty()) {
      request = request_of(pull->number, setting);
    }
  }
  std::erase_if(words, [&](const Acknowledgement& word) {
    return is_of_label(word) && (request.empty() || word.request != request);
  });
  return words;
}

WordsForPull words_for(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                       const Publication& publication, const Analysis& analysis,
                       CommitAuthors& commits) {
  AcknowledgementLog& log = context.parts.acknowledgements;
  const std::string& label = analysis.config.acknowledging.override_label;
  commits.rest_on(paths_in(analysis.report));
  WordsForPull found;
  if (!pull.labels_known) {
    found.words = standing_words(context, client, &pull, label);
    return found;
  }
  std::string request;
  if (has_label(pull, label)) {
    found.label = label;
    found.setting = client.label_setting(pull.number, label);
    found.void_because = reason_against(client, found.setting);
    request = found.void_because.empty() ? request_of(pull.number, found.setting) : "";
  }
  const auto others = [&](const Acknowledgement& word) {
    return is_of_label(word) && !is_of_label_of(word, pull.number);
  };
  found.words = log.acknowledgements(client.repository());
  std::erase_if(found.words, others);
  const std::string why = found.label.empty() ? "(label removed)" : "(label no longer as it was)";
  const std::size_t over = std::erase_if(found.words, [&](const Acknowledgement& word) {
    return is_of_label(word) && word.request != request &&
           (log.withdraw(word.id, why, now_of(context)), true);
  });
  if (over > 0) { // the pull request may be in a merge queue already
    context.parts.queue.enqueue(
        look_at_groups(client.installation_id(), client.repository(), "a label was removed"));
  }
  if (!found.void_because.empty()) {
    context.parts.logger.info("the override label acknowledges nothing: {}", found.void_because);
  }
  if (!request.empty()) {
    const std::vector<Finding> written =
        say(context, client, pull, publication, analysis, request, commits, found);
    const std::vector<Acknowledgement> words = std::move(found.words);
    const WordsOfLabel before = words_of(words, request);
    found.words = log.acknowledgements(client.repository());
    std::erase_if(found.words, others);
    for (const Acknowledgement& word : found.words) {
      if (word.request == request && before.count(word.finding_id) == 0) {
        context.parts.observer.acknowledged(word.rule);
      }
    }
    const WordsOfLabel standing = words_of(found.words, request);
    for (const Finding& finding : written) {
      if (standing.count(finding.id) == 0) {
        found.refused[finding.id] = k_taken_back;
      }
    }
  }
  return found;
}

std::string label_note(const WordsForPull& found, const Report& report, const Policy& policy) {
  std::vector<std::string> unseen;
  std::string refusals;
  std::size_t refused = 0;
  bool blocks = false;
  for (const Finding& finding : report.findings) {
    if (!is_blocking(finding, policy)) {
      continue;
    }
    blocks = true;
    if (std::find(found.unseen.begin(), found.unseen.end(), finding.id) != found.unseen.end()) {
      unseen.push_back(finding.id);
    }
    const auto why = found.refused.find(finding.id);
    if (why != found.refused.end() && ++refused <= k_most_named) {
      refusals += "- " + code_span(finding.id) + ": " + why->second + "\n";
    }
  }
  if (!blocks || found.label.empty()) {
    return "";
  }
  const std::string label = "**The label " + code_span(found.label) + "**";
  if (!found.void_because.empty()) {
    return label + " acknowledges nothing: " + found.void_because + ".\n\n";
  }
  const std::string set =
      fmt::format("{}, which {} set at {},", label, code_span(found.setting.by.login),
                  iso_time(found.setting.at));
  std::string note;
  if (!unseen.empty()) {
    note += fmt::format("{} covers what had been shown by then, and so not {}. To let it cover "
                        "what is here now, remove it and set it again.\n\n",
                        set, names_of(unseen));
  }
  if (!refusals.empty()) {
    note += set + " does not cover:\n\n" + refusals + "\n";
  }
  return note;
}

} // namespace leadline
