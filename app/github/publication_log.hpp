#pragma once

#include "app/github/contributor.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// An inline comment of ours, by the finding that it shows.
struct PublishedFinding {
  std::string finding_id;
  std::int64_t comment_id = 0; // 0: shown in the summary only
  std::string node_id;         // for GraphQL
  bool retired = false;        // resolved or minimised because the finding is gone

  bool operator==(const PublishedFinding&) const = default;
};

// A verdict that was there to be seen, with the findings behind it.
struct SeenVerdict {
  std::chrono::sys_time<std::chrono::milliseconds> at{}; // when it was about to be published
  std::string head_sha;
  std::int64_t check_run_id = 0; // that shows it; 0 of versions before
  std::vector<std::string>       // Finding::digest; of versions before, ids
      finding_ids;               // acknowledged ones too; the most urgent where there are many

  bool operator==(const SeenVerdict&) const = default;
};
inline constexpr std::size_t k_most_seen_verdicts = 10; // kept of a pull request, the newest
inline constexpr std::size_t k_most_seen_findings = 1'000;

// Under which name checks stand where pull requests go into this branch.
struct NamedBase {
  std::string base_ref;
  std::string check_name;

  bool operator==(const NamedBase&) const = default;
};
inline constexpr std::size_t k_most_named_bases = 200;
inline constexpr std::size_t k_most_left_to_groups = 100;

// What a pull request shows of us already, so that a repeated step finds it instead of posting it
// again.
struct Publication {
  std::string head_sha;               // of the last finished run, comments included
  std::string base_sha;               // what GitHub called its base then; "" not known
  std::string judged_head;            // of the last finished check; drafts have that only
  std::string owed_head;              // a verdict about it is asked for anew and not there; "" none
  std::int64_t check_run_id = 0;      // of head_sha
  std::int64_t sticky_comment_id = 0; // 0 none
  bool sticky_hidden = false;         // a person deleted or minimised it: never posted again
  std::string check_name;             // as configured for the last run; "" not known
  // Of pull request 0: by base branch, those in use last. Branches may be configured differently.
  std::vector<NamedBase> named_bases;
  std::string override_label; // likewise; "" none
  bool overridden = false;    // the label was on the pull request then
  std::vector<PublishedFinding> findings;
  std::vector<std::string> queued_heads; // whose check was shown as queued, and perhaps still is
  std::vector<std::string> left_heads;   // that it has no more, as those who share them were told
  std::vector<SeenVerdict> seen;         // oldest first
  std::string defaults; // digest of the organisation's defaults of judged_head; "" not known
  // Of pull request 0: when the App was found to be no more allowed there; 0: it was not.
  std::chrono::sys_time<std::chrono::milliseconds> locked_out{};
  std::string moved_to; // of pull request 0 of a name that a repository had: the one it got
  // Of pull request 0: those that wait until the merge queue's group of their head is gone.
  std::vector<int> left_to_groups;
  // Of pull request 0 of an owner's repository ".github": what changed the defaults last.
  std::string defaults_changed_by;

  bool operator==(const Publication&) const = default;
};

inline constexpr std::int64_t k_check_run_intended = -1;

// How far a check run has come, as we know without asking.
struct CheckRunState {
  enum class Step {
    unknown, // ask GitHub
    queued,  // made, and nothing was added to it since
    ended,   // completed
  } step = Step::unknown;
  // Of ended: whose end it was. Of the others: whose run it is to show; "" not known.
  std::string run_key;
  std::string name = {}; // what the check is called; "" not known

  bool operator==(const CheckRunState&) const = default;
};

// The database may be an older copy of itself: one that was restored, a standby that lagged behind.
// Then what was asked for before may have shown what does not stand here. In its own time.
struct FoundDatabase {
  using Time = std::chrono::sys_time<std::chrono::milliseconds>;
  Time at{};              // when this process found it, first or after its connections were lost
  Time looked{};          // the begin of the last look for what it lacks (MissedDeliveries); 0 none
  Time lost_come_until{}; // until when deliveries come again that it was found to lack; 0 none was
};

// A check run that is not known to have ended.
struct OpenCheckRun {
  std::string repository;
  std::string head_sha; // or more, as check_slot() says
  std::string run_key;  // whose run it is to show

  bool operator==(const OpenCheckRun&) const = default;
};

// Durable memory of the publisher; every write is on disk when it returns. Implemented by
// app/store.
class PublicationLog {
public:
  virtual ~PublicationLog() = default;
  virtual FoundDatabase found() = 0;
  // Pull request 0 stands for the repository: what a first run there may take for granted.
  virtual std::optional<Publication> load(const std::string& repository, int pull_number) = 0;
  // But for `queued_heads`, which stay as they are: they are shown while a run is under way, and
  // altered by change() alone.
  virtual void save(const std::string& repository, int pull_number,
                    const Publication& publication) = 0;
  // Lets `alter` change what stands there (an empty one where nothing does) and writes it, with no
  // write of any server in between: facts of a repository are written by all of its runs. `alter`
  // may be called again from the start, and asks nothing of the log.
  virtual void change(const std::string& repository, int pull_number,
                      const std::function<void(Publication&)>& alter) = 0;
  // The check run made for a head (or what check_slot() says in its place: a second name has one of
  // its own), so that it is finished and not made twice; 0 when there is none,
  // k_check_run_intended when a run was about to be made and its id was never learnt.
  virtual std::int64_t check_run(const std::string& repository, const std::string& head_sha) = 0;
  virtual void save_check_run(const std::string& repository, const std::string& head_sha,
                              std::int64_t check_run_id, const CheckRunState& state = {}) = 0;
  // Of the check run that check_run() names.
  virtual CheckRunState check_run_state(const std::string& repository,
                                        const std::string& head_sha) = 0;
  // When save_check_run() last was called for it, in the time of the database; 0 never.
  virtual std::chrono::sys_time<std::chrono::milliseconds>
  check_run_written(const std::string& repository, const std::string& head_sha) = 0;
  // Those that were written down last before `before`, of which it is known whose they are; oldest
  // first.
  virtual std::vector<OpenCheckRun>
  open_check_runs(std::chrono::sys_time<std::chrono::milliseconds> before, std::size_t limit) = 0;
  // Who has opened a pull request or pushed to it, as far as deliveries have said. The store writes
  // them down with the delivery (DeliveryStore) and keeps them; remembering one again changes
  // nothing.
  virtual std::vector<Contributor> contributors(const std::string& repository, int pull_number) = 0;
  virtual void remember_contributor(const std::string& repository, int pull_number,
                                    const Contributor& contributor) = 0;
  // The App was taken away from a repository: its reports and what was published there are
  // forgotten. Contributors and acknowledgements stay, for an App that comes back.
  virtual void forget(const std::string& repository) = 0;
  // A repository has another name: all that stands under `from` stands under `to`. Of two that are
  // about the same, the one that was written last counts.
  virtual void move_publications(const std::string& from, const std::string& to) = 0;
  // The report (JSON) of the last run of a pull request's head, for commands and the page of a run;
  // with it when the first acknowledgement ends that it counts (0: none does), for
  // AcknowledgementLog::repositories_with_ended.
  virtual void
  save_report(const std::string& repository, int pull_number, const std::string& head_sha,
              const std::string& report_json,
              std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until = {}) = 0;
  virtual std::optional<std::string> load_report(const std::string& repository, int pull_number,
                                                 const std::string& head_sha) = 0;
  // The pull requests that have a report of that head, by number.
  virtual std::vector<int> pulls_with_report(const std::string& repository,
                                             const std::string& head_sha) = 0;
};

} // namespace leadline
