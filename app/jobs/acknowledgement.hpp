#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace leadline {

// A person's word that a finding is meant. It holds for one repository and one digest of a finding,
// which is of its rule, path, key, place, both values and related settings, so that it survives a
// rebase and dies with another value. The texts are for people, and may be cut.
struct Acknowledgement {
  using Time = std::chrono::sys_time<std::chrono::milliseconds>;

  std::int64_t id = 0;    // given by the store
  std::string request;    // what asked for it: the same request twice is one row
  std::string repository; // "owner/name"
  std::string finding_id; // "LL-..."
  std::string rule;
  std::string path;
  std::string key;       // with the place where there is one; "" for a finding without a setting
  std::string old_value; // redacted where it is a secret; "" for none
  std::string new_value;
  std::string severity; // at that time
  std::string domain;
  int pull_number = 0; // where it was asked for
  std::string head_sha;
  std::string by;         // login
  std::int64_t by_id = 0; // of the account, which keeps it when its login changes; 0 not known
  std::string reason;
  Time at{};
  Time until{};             // 0: without end
  std::string withdrawn_by; // "" while it stands
  Time withdrawn{};
  std::string related; // SHA-256 of what the finding rests on beside its setting; "" nothing
  std::string digest;  // Finding::digest; "" of a word of a version before, or about its report

  bool operator==(const Acknowledgement&) const = default;

  bool holds_at(Time now) const { return withdrawn_by.empty() && (until == Time{} || now < until); }
};

// How `withdrawn_by` of a word begins that went with its repository to another name.
inline constexpr const char* k_moved_to = "(moved to ";

// Durable memory of acknowledgements: rows are added and withdrawn, never deleted. Every write is
// on disk when it returns. Implemented by app/store. Safe for several threads.
class AcknowledgementLog {
public:
  virtual ~AcknowledgementLog() = default;

  // `id` is ignored. What has moved with its repository stands here again.
  virtual void acknowledge(const Acknowledgement& acknowledgement) = 0;
  // False when it stands no more, or never did.
  virtual bool withdraw(std::int64_t id, const std::string& by, Acknowledgement::Time now) = 0;
  // Words about these findings are to be taken back, as was asked for at `asked`: also those that
  // were given before and arrive later (deliveries come in any order).
  virtual void note_withdrawal(const std::string& repository,
                               const std::vector<std::string>& finding_ids,
                               Acknowledgement::Time asked) = 0;
  // The latest `asked` of them; 0 when there is none.
  virtual Acknowledgement::Time last_withdrawal(const std::string& repository,
                                                const std::string& finding_id) = 0;
  // Those that nobody has withdrawn, expired ones too, oldest first.
  virtual std::vector<Acknowledgement> acknowledgements(const std::string& repository) = 0;
  // Where the time of one that nobody has withdrawn was over later than `since` and not later than
  // `now`, or of one that a stored report counts by the rules that judged it; by name.
  virtual std::vector<std::string> repositories_with_ended(Acknowledgement::Time since,
                                                           Acknowledgement::Time now) = 0;
  // All rows behind `after_id`, oldest first, at most `limit`; of all repositories for "".
  virtual std::vector<Acknowledgement> audit(const std::string& repository, std::int64_t after_id,
                                             std::size_t limit) = 0;
};

} // namespace leadline
