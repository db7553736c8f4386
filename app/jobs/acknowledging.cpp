#include "app/jobs/acknowledging.hpp"

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/redact.hpp"
#include "app/github/client.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/who_may.hpp"
#include "app/render/neutralize.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

bool is_redacted(const Acknowledgement& word) {
  return word.old_value.find(k_redacted) != std::string::npos ||
         word.new_value.find(k_redacted) != std::string::npos;
}

bool is_about(const Acknowledgement& word, const Finding& finding) {
  const Acknowledgement same = word_about(finding);
  return word.finding_id == same.finding_id && word.rule == same.rule && word.path == same.path &&
         word.key == same.key && word.old_value == same.old_value &&
         word.new_value == same.new_value;
}

// An account keeps its id when it takes another login, and somebody else may take the old one.
bool is_same(const Contributor& a, const Contributor& b) {
  return a.id != 0 && b.id != 0 ? a.id == b.id
                                : !a.login.empty() && to_lower(a.login) == to_lower(b.login);
}

bool counts(const Acknowledgement& word, const Finding& finding, const Acknowledging& rules,
            const AcknowledgedChange& change) {
  const bool by_author = is_among(Contributor{word.by_id, word.by}, change.authors);
  return is_about(word, finding) && word.holds_at(change.now) && (!by_author || rules.by_author) &&
         finding.severity <= rules.max_severity &&
         (!is_redacted(word) || word.head_sha == change.head_sha ||
          (change.holds_here && change.holds_here(word, finding))) &&
         (!change.stands || change.stands(word, finding));
}

} // namespace

bool is_among(const Contributor& person, const std::vector<Contributor>& people) {
  return std::any_of(people.begin(), people.end(),
                     [&](const Contributor& each) { return is_same(person, each); });
}

const SeenVerdict* seen_by(const Publication& publication, Acknowledgement::Time time) {
  const auto verdict = std::find_if(publication.seen.rbegin(), publication.seen.rend(),
                                    [&](const SeenVerdict& each) { return each.at <= time; });
  return verdict == publication.seen.rend() ? nullptr : &*verdict;
}

bool has_shown(const SeenVerdict* seen, const Finding& finding, const std::string& head_sha) {
  return seen != nullptr &&
         std::find(seen->finding_ids.begin(), seen->finding_ids.end(), finding.id) !=
             seen->finding_ids.end() &&
         (seen->head_sha == head_sha || !is_about_secret(finding));
}

bool is_about_secret(const Finding& finding) { return is_redacted(word_about(finding)); }

std::vector<Acknowledged> set_aside(Report& report, const std::vector<Acknowledgement>& words,
                                    const RepositoryConfig& config,
                                    const AcknowledgedChange& change) {
  std::vector<Acknowledged> acknowledged;
  std::vector<Finding> open;
  for (Finding& finding : report.findings) {
    // The newest word is the one to show.
    const auto word = std::find_if(words.rbegin(), words.rend(), [&](const Acknowledgement& each) {
      return counts(each, finding, config.acknowledging, change);
    });
    if (word == words.rend()) {
      open.push_back(std::move(finding));
    } else {
      acknowledged.push_back({std::move(finding), *word});
    }
  }
  report.findings = std::move(open);
  if (!acknowledged.empty()) {
    report.verdict = make_verdict(report, config.policy);
  }
  return acknowledged;
}

std::vector<Contributor> authors_of(PublicationLog& log, const std::string& repository,
                                    const PullRequest& pull) {
  std::vector<Contributor> authors = log.contributors(repository, pull.number);
  authors.push_back({pull.author_id, pull.author});
  return authors;
}

std::function<bool(const Acknowledgement&, const Finding&)>
may_still(GitHubClient& client, const Acknowledging& rules, CommitAuthors& commits) {
  return [&client, &rules, &commits](const Acknowledgement& word, const Finding& finding) {
    const auto owners = rules.owners.find(finding.domain);
    return (owners == rules.owners.end() ||
            is_among(client, word.by, owners->second) == Membership::yes) &&
           (rules.by_author || !commits.wrote({word.by_id, word.by}, finding));
  };
}

std::string refusal_of(GitHubClient& client, const Acknowledging& rules, const Finding& finding,
                       const Contributor& giver, const std::vector<Contributor>& authors,
                       CommitAuthors& commits) {
  if (!rules.by_author && is_among(giver, authors)) {
    return "Who has opened a pull request, or pushed to it, cannot acknowledge its findings: "
           "somebody else has to.";
  }
  if (finding.severity > rules.max_severity) {
    return fmt::format("It is {}; here nothing above {} can be acknowledged.",
                       name_of(finding.severity), name_of(rules.max_severity));
  }
  if (!rules.by_author && commits.wrote(giver, finding)) {
    return fmt::format("A commit that changes {} names you as its author or committer: somebody "
                       "else has to acknowledge it.",
                       code_span(finding.path));
  }
  const auto owners = rules.owners.find(finding.domain);
  if (owners == rules.owners.end()) {
    return "";
  }
  const Membership found = is_among(client, giver.login, owners->second);
  if (found == Membership::yes) {
    return "";
  }
  std::vector<std::string> names;
  for (const std::string& name : owners->second) {
    names.push_back(code_span(name));
  }
  return fmt::format(
      "Only {} may acknowledge a change of {}{}", fmt::join(names, ", "), code_span(finding.domain),
      found == Membership::unknown ? "; whether you are cannot be told, because the App lacks the "
                                     "organisation permission Members: read."
                                   : ".");
}

Acknowledgement word_about(const Finding& finding) {
  Acknowledgement word;
  word.finding_id = finding.id;
  word.rule = finding.rule;
  word.path = finding.path;
  if (finding.setting) {
    word.key = finding.setting->key;
    word.old_value = finding.setting->old_value.value_or("");
    word.new_value = finding.setting->new_value.value_or("");
  }
  word.severity = name_of(finding.severity);
  word.domain = finding.domain;
  return word;
}

} // namespace leadline
