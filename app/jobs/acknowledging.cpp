#include "app/jobs/acknowledging.hpp"

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/identity.hpp"
#include "analyzers/risk/redact.hpp"
#include "analyzers/risk/related.hpp"
#include "analyzers/risk/sweeps.hpp"
#include "app/github/client.hpp"
#include "app/github/messages_json.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/who_may.hpp"
#include "app/render/neutralize.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

bool is_redacted(const FindingSetting& setting) {
  const auto holds = [](const std::optional<std::string>& text) {
    return text && text->find(k_redacted) != std::string::npos;
  };
  return holds(setting.key) || holds(setting.place) || holds(setting.old_value) ||
         holds(setting.new_value);
}

// Whether the texts that a word keeps say all that the digest of `finding` is of.
bool is_said_whole(const Finding& finding) {
  if (!finding.setting) {
    return false;
  }
  Identity shown;
  shown.key = finding.setting->key;
  shown.old_value = finding.setting->old_value.value_or("");
  shown.new_value = finding.setting->new_value.value_or("");
  shown.related = text_of(finding.related);
  return digest_of(finding.rule, finding.path, shown) == finding.digest;
}

// Words by the id of their finding; of each the newest first, which is the one to show.
using WordsById = std::unordered_map<std::string, std::vector<const Acknowledgement*>>;

WordsById by_finding(const std::vector<Acknowledgement>& words) {
  WordsById found;
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    if (word->withdrawn_by.empty()) {
      found[word->finding_id].push_back(&*word);
    }
  }
  return found;
}

// An account keeps its id when it takes another login, and somebody else may take the old one.
bool is_same(const Contributor& a, const Contributor& b) {
  return a.id != 0 && b.id != 0 ? a.id == b.id
                                : !a.login.empty() && to_lower(a.login) == to_lower(b.login);
}

// Why `word`, which has the id of `finding`, does not count; "" when it does.
std::string reason_against(const Acknowledgement& word, const Finding& finding,
                           const Acknowledging& rules, const AcknowledgedChange& change) {
  if (!is_about(word, finding)) {
    return word.digest.empty()
               ? "it was given by a version that did not keep in full what it is about"
               : "it was given for another change, which has the same short id";
  }
  if (!word.holds_at(change.now)) {
    return "its time was over at " + iso_time(word.until);
  }
  if (const Acknowledgement::Time end = end_of(word, rules);
      end != Acknowledgement::Time{} && end <= change.now) {
    return fmt::format("its time was over at {}: here no word lasts for more than {} days",
                       iso_time(end), rules.max_days);
  }
  if (!rules.by_author && is_among(Contributor{word.by_id, word.by}, change.authors)) {
    return "its giver has opened this pull request, or pushed to it";
  }
  if (severity_alone(finding) > rules.max_severity) {
    return fmt::format("the finding is {}; here nothing above {} can be acknowledged",
                       name_of(severity_alone(finding)), name_of(rules.max_severity));
  }
  if (is_about_secret(finding) && word.head_sha != change.head_sha &&
      !(change.holds_here && change.holds_here(word, finding))) {
    return "it is about a secret, whose value is not kept, and was given for another head";
  }
  return change.against ? change.against(word, finding) : std::string();
}

std::string names_in(const std::vector<std::string>& people) {
  std::vector<std::string> names;
  for (const std::string& name : people) {
    names.push_back(code_span(name));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

constexpr const char* k_members_unknown = "because the App lacks the organisation permission "
                                          "Members: read";
constexpr const char* k_authors_unknown =
    "who wrote what it rests on cannot be told: GitHub lists more commits than are read, too many "
    "files would have to be asked about, or the pull request is gone";

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

const SeenVerdict* seen_on(const Publication& publication, std::int64_t check_run_id,
                           Acknowledgement::Time time) {
  const auto verdict =
      std::find_if(publication.seen.rbegin(), publication.seen.rend(),
                   [&](const SeenVerdict& each) { return each.check_run_id == check_run_id; });
  if (verdict != publication.seen.rend()) {
    return &*verdict;
  }
  const SeenVerdict* last = seen_by(publication, time);
  return last != nullptr && last->check_run_id == 0 ? last : nullptr;
}

bool has_shown(const SeenVerdict* seen, const Finding& finding, const std::string& head_sha) {
  return seen != nullptr &&
         std::any_of(seen->finding_ids.begin(), seen->finding_ids.end(),
                     [&](const std::string& each) {
                       return each == finding.digest || each == finding.id;
                     }) &&
         (seen->head_sha == head_sha || !is_about_secret(finding));
}

bool has_shown_another(const SeenVerdict* seen, const Finding& finding) {
  return seen != nullptr && std::any_of(seen->finding_ids.begin(), seen->finding_ids.end(),
                                        [&](const std::string& each) {
                                          return each != finding.digest &&
                                                 id_of(each) == finding.id;
                                        });
}

bool is_about(const Acknowledgement& word, const Finding& finding) {
  if (word.finding_id != finding.id) {
    return false;
  }
  if (!word.digest.empty()) {
    return word.digest == finding.digest;
  }
  const Acknowledgement same = word_about(finding);
  return is_said_whole(finding) && word.rule == same.rule && word.path == same.path &&
         word.key == same.key && word.old_value == same.old_value &&
         word.new_value == same.new_value && word.related == same.related;
}

bool is_any_withdrawn(AcknowledgementLog& log, const std::string& repository,
                      const std::vector<Acknowledged>& counting) {
  if (counting.empty()) {
    return false;
  }
  std::set<std::int64_t> standing;
  for (const Acknowledgement& word : log.acknowledgements(repository)) {
    standing.insert(word.id);
  }
  return std::any_of(counting.begin(), counting.end(),
                     [&](const Acknowledged& each) { return standing.count(each.word.id) == 0; });
}

std::string all_words_of(int pull_number) { return "all #" + std::to_string(pull_number); }

bool is_taken_back(AcknowledgementLog& log, const std::string& repository, int pull_number,
                   const Finding& finding, Acknowledgement::Time given) {
  std::vector<std::string> noted = {finding.id, all_words_of(pull_number)};
  if (finding.sweep) {
    noted.push_back(finding.sweep->leader);
  }
  return std::any_of(noted.begin(), noted.end(), [&](const std::string& id) {
    return std::chrono::floor<std::chrono::seconds>(given) <
           std::chrono::floor<std::chrono::seconds>(log.last_withdrawal(repository, id));
  });
}

std::vector<Finding> withdraw_overtaken(AcknowledgementLog& log, const std::string& repository,
                                        int pull_number, const std::string& request,
                                        const std::vector<Finding>& findings,
                                        Acknowledgement::Time given, Acknowledgement::Time now) {
  std::vector<Finding> overtaken;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(overtaken),
               [&](const Finding& finding) {
                 return is_taken_back(log, repository, pull_number, finding, given);
               });
  if (overtaken.empty()) {
    return overtaken;
  }
  for (const Acknowledgement& word : log.acknowledgements(repository)) {
    if (word.request == request &&
        std::any_of(overtaken.begin(), overtaken.end(),
                    [&](const Finding& each) { return each.id == word.finding_id; })) {
      log.withdraw(word.id, "(taken back before it was written)", now);
    }
  }
  return overtaken;
}

bool is_about_secret(const Finding& finding) {
  return finding.secret || (finding.setting && is_redacted(*finding.setting)) ||
         std::any_of(finding.related.begin(), finding.related.end(),
                     [](const RelatedSetting& row) { return is_redacted(row.setting); });
}

SetAside set_aside(Report& report, const std::vector<Acknowledgement>& words,
                   const RepositoryConfig& config, const AcknowledgedChange& change) {
  SetAside result;
  std::vector<Finding> open;
  const WordsById all = by_finding(words);
  for (Finding& finding : report.findings) {
    std::vector<VoidWord> against;
    const Acknowledgement* counting = nullptr;
    const auto here = all.find(finding.id);
    for (const Acknowledgement* word :
         here != all.end() ? here->second : std::vector<const Acknowledgement*>()) {
      std::string why = reason_against(*word, finding, config.acknowledging, change);
      if (why.empty()) {
        counting = word;
        break;
      }
      against.push_back({finding.id, *word, std::move(why)});
    }
    if (counting == nullptr) {
      std::move(against.begin(), against.end(), std::back_inserter(result.void_words));
      open.push_back(std::move(finding));
    } else {
      result.acknowledged.push_back({std::move(finding), *counting});
      result.acknowledged.back().word.until = end_of(*counting, config.acknowledging);
    }
  }
  report.findings = std::move(open);
  if (!result.acknowledged.empty()) {
    lead_anew(report.findings);
    report.verdict = make_verdict(report, config.policy);
  }
  return result;
}

std::vector<Contributor> authors_of(PublicationLog& log, const std::string& repository,
                                    const PullRequest& pull) {
  std::vector<Contributor> authors = log.contributors(repository, pull.number);
  authors.push_back({pull.author_id, pull.author});
  return authors;
}

Acknowledgement::Time earlier_end(Acknowledgement::Time a, Acknowledgement::Time b) {
  const Acknowledgement::Time none{};
  return a == none ? b : b == none ? a : std::min(a, b);
}

Acknowledgement::Time end_of(const Acknowledgement& word, const Acknowledging& rules) {
  const Acknowledgement::Time longest = rules.max_days > 0
                                            ? word.at + std::chrono::hours(24 * rules.max_days)
                                            : Acknowledgement::Time{};
  return earlier_end(longest, word.until);
}

std::function<std::string(const Acknowledgement&, const Finding&)>
still_against(GitHubClient& client, const RepositoryConfig& config, CommitAuthors& commits) {
  return [&client, &config, &commits](const Acknowledgement& word,
                                      const Finding& finding) -> std::string {
    const Acknowledging& rules = config.acknowledging;
    if (const auto owners = rules.owners.find(finding.domain); owners != rules.owners.end()) {
      const std::string names = names_in(owners->second);
      switch (is_among(client, word.by, owners->second)) {
      case Membership::yes:
        break;
      case Membership::no:
        return fmt::format("its giver is none of {}, who own {} here", names,
                           code_span(finding.domain));
      case Membership::unknown:
        return fmt::format("whether its giver is one of {}, who own {} here, cannot be told, {}",
                           names, code_span(finding.domain), k_members_unknown);
      }
    }
    if (!may_command(client, {word.by_id, word.by}, config.command_teams)) {
      return "its giver may not write here, nor is known to be in a team that may give commands";
    }
    if (rules.by_author) {
      return "";
    }
    switch (commits.wrote({word.by_id, word.by}, finding)) {
    case CommitAuthors::Wrote::no:
      break;
    case CommitAuthors::Wrote::yes:
      return "a commit that changes what it rests on, or any where a file has its name only from "
             "this pull request, names its giver as its author, co-author or committer";
    case CommitAuthors::Wrote::unknown:
      return k_authors_unknown;
    }
    return "";
  };
}

std::string refusal_of(GitHubClient& client, const Acknowledging& rules, const Finding& finding,
                       const Contributor& giver, const std::vector<Contributor>& authors,
                       CommitAuthors& commits) {
  if (!rules.by_author && is_among(giver, authors)) {
    return "Who has opened a pull request, or pushed to it, cannot acknowledge its findings: "
           "somebody else has to.";
  }
  if (severity_alone(finding) > rules.max_severity) {
    return fmt::format("It is {}; here nothing above {} can be acknowledged.",
                       name_of(severity_alone(finding)), name_of(rules.max_severity));
  }
  if (!rules.by_author) {
    switch (commits.wrote(giver, finding)) {
    case CommitAuthors::Wrote::no:
      break;
    case CommitAuthors::Wrote::yes:
      return fmt::format("A commit that changes {}, or another file that it rests on, names you as "
                         "its author or committer, or as a co-author (of a file that has its name "
                         "only from this pull request, any commit of it): somebody else has to "
                         "acknowledge it.",
                         code_span(finding.path));
    case CommitAuthors::Wrote::unknown:
      return fmt::format("Nobody can acknowledge it here, as {}.", k_authors_unknown);
    }
  }
  const auto owners = rules.owners.find(finding.domain);
  if (owners == rules.owners.end()) {
    return "";
  }
  const Membership found = is_among(client, giver.login, owners->second);
  if (found == Membership::yes) {
    return "";
  }
  return fmt::format("Only {} may acknowledge a change of {}{}", names_in(owners->second),
                     code_span(finding.domain),
                     found == Membership::unknown
                         ? fmt::format("; whether you are cannot be told, {}.", k_members_unknown)
                         : ".");
}

Acknowledgement word_about(const Finding& finding) {
  Acknowledgement word;
  word.finding_id = finding.id;
  word.digest = finding.digest;
  word.rule = finding.rule;
  word.path = finding.path;
  if (finding.setting) {
    const std::string& place = finding.setting->place;
    word.key = finding.setting->key + (place.empty() ? "" : " (" + place + ")");
    word.old_value = finding.setting->old_value.value_or("");
    word.new_value = finding.setting->new_value.value_or("");
  }
  const std::string related = text_of(finding.related);
  word.related = related.empty() ? "" : sha256_hex(related);
  word.severity = name_of(severity_alone(finding));
  word.domain = finding.domain;
  return word;
}

} // namespace leadline
