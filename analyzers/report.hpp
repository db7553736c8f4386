#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/policy.hpp"
#include "analyzers/settings/setting_changes.hpp"

#include <string>
#include <vector>

// The report, field by field as manifests/schema/report.schema.json names it. Values of secrets are
// redacted already; texts are valid UTF-8.
namespace leadline {

enum class Conclusion { success, failure, action_required };
std::string_view name_of(Conclusion conclusion);
std::string_view name_of(ChangeKind kind);

struct Verdict {
  Conclusion conclusion = Conclusion::action_required; // fail closed: success has to be earned
  std::vector<std::string> reasons;
};

struct Coverage {
  int files = 0;
  int files_analyzed = 0;
  int hunks = 0;
  int hunks_analyzed = 0;
  std::vector<Skipped> skipped;
  // Files among those analysed of whose format no reader knows the settings, and binary ones. They
  // lower nothing: their lines are counted, and shown hidden characters and marks of merges.
  std::vector<Skipped> unread;

  bool complete() const {
    return skipped.empty() && files == files_analyzed && hunks == hunks_analyzed;
  }
};

struct Stats {
  int files = 0;
  int additions = 0;
  int deletions = 0;
  int hunks = 0;
  int diff_lines = 0;
  int noise_lines = 0; // changed lines in chunks that are noise
};

struct DomainCount {
  std::string name;
  int hunks = 0;
  int additions = 0;
  int deletions = 0;
};

struct ReportHunk {
  std::string id; // "h1", in diff order
  std::string path;
  std::string old_path;
  int old_start = 0;
  int old_lines = 0;
  int new_start = 0;
  int new_lines = 0;
  int diff_line = 0;
  std::vector<std::string> domains;
  std::vector<std::string> chunks;
};

// A run of consecutive changed lines inside a hunk with one domain; or, with all four numbers 0,
// what changes about a file as a whole (name, mode, binary content, empty file). Ranges count
// changed lines only, as in `git diff -U0`: a side without lines has the line before as its start.
// Chunks of one file are in order and every changed line is in exactly one.
struct Chunk {
  std::string id; // "c1", in diff order
  std::string path;
  std::string old_path;
  int old_start = 0;
  int old_lines = 0;
  int new_start = 0;
  int new_lines = 0;
  int diff_line = 0; // of its first changed line; of the "diff --git" line for a whole file
  std::string domain;
  double confidence = 0; // 0..1
  std::vector<std::string> evidence;
  bool noise = false; // generated, vendored, moved, white space or comments only

  std::size_t file = 0; // index in ChangeSet::files; not in the JSON
  int hunk = -1;        // index in FileChange::hunks, -1 for a whole file; not in the JSON
  // Of a renamed file's whole-file chunk: lines of a side on which nothing else changes.
  int moved_lines = 0;

  bool whole_file() const { return hunk < 0; }
};

struct ReportSetting {
  std::string path;
  std::string key;
  ChangeKind change = ChangeKind::modified;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
  int old_line = 0; // 0 when absent on that side
  int new_line = 0;
  int diff_line = 0;
  std::string system; // "" unknown
  std::string domain;
  std::string chunk; // id
};

struct Burial {
  double score = 0; // 0 in plain sight .. 1 as good as invisible (docs/burial.md)
  int diff_line = 0;
  int diff_lines = 0;
  int same_domain_lines = 0;
  int other_lines = 0;
};

struct FindingSetting {
  std::string key;
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
  // In which of several things of the file it stands, and which of several settings with this key
  // it is: "Deployment/payments", "number 2 of 3"; "" else.
  std::string place = {};
};

// A setting that a finding rests on beside its own; `old_value` only where it changes with it.
struct RelatedSetting {
  std::string path;
  FindingSetting setting;
};

// Of a finding that is told as a low one, since the same edit stands in a graver place too.
struct PlaceOfSweep {
  std::string leader;                // id of the finding of that place
  Severity severity = Severity::low; // that it has without it
};

struct Finding {
  // "LL-" and the first 12 digits of `digest`, for people: short enough to be made to fit another
  // finding.
  std::string id;
  // 64 hex digits, of rule, path, key, place, both values and `related` in full, secrets redacted
  // (risk/identity.hpp): survives a rebase. "" in reports of versions before.
  std::string digest;
  std::string rule; // "capacity.drop"
  Severity severity = Severity::low;
  double confidence = 0; // 0..1
  std::string path;
  Side side = Side::head;
  int line = 0;      // on that side
  int diff_line = 0; // in the diff text
  std::string domain;
  std::optional<FindingSetting> setting;
  std::string title; // one line: "max_client_conn 200 -> 20: PgBouncer accepts 90 % fewer clients"
  std::string message; // what happens, why it is easy to miss, what to check
  std::vector<std::string> reasons;
  Burial burial;
  std::string suggestion; // the whole replacement line that puts it back; "" when there is none
  std::vector<std::string> references;
  std::vector<RelatedSetting> related;
  std::optional<PlaceOfSweep> sweep;
  bool secret = false; // what the digest is of holds something redacted, and so not known
};

struct SplitGroup {
  std::string id; // stable by content: slug of the domain, with a suffix when needed
  std::string title;
  std::string domain;
  std::vector<std::string> chunks; // ids, in diff order
  int files = 0;
  int additions = 0;
  int deletions = 0;
  std::vector<std::string> depends_on; // ids of groups that come before it
  std::string why;                     // what binds its chunks; not in schema 1's required fields
};

struct SplitPlan {
  bool recommended = false;
  std::vector<std::string> reasons;
  std::vector<SplitGroup> groups; // in merge order; a partition of all chunks
  // Id of the head's tree, which the groups' patches were seen to rebuild; "" not proven.
  std::string proof;
};

struct Range {
  std::string base;
  std::string head;
  std::string merge_base;
};

struct Report {
  Range range;
  Verdict verdict;
  Coverage coverage;
  Stats stats;
  std::vector<DomainCount> domains; // most changed lines first
  std::vector<ReportHunk> hunks;
  std::vector<Chunk> chunks;
  std::vector<ReportSetting> settings; // by file, then diff line
  std::vector<Finding> findings;       // most urgent first
  SplitPlan split;
};

} // namespace leadline
