#include "app/store/store_rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace leadline {
namespace {

constexpr std::array<std::pair<JobKind, std::string_view>, 4> k_kinds = {{
    {JobKind::pull_request, "pull_request"},
    {JobKind::merge_group, "merge_group"},
    {JobKind::sweep, "sweep"},
    {JobKind::command, "command"},
}};

constexpr std::array<std::pair<DeliveryState, std::string_view>, 4> k_states = {{
    {DeliveryState::queued, "queued"},
    {DeliveryState::done, "done"},
    {DeliveryState::superseded, "superseded"},
    {DeliveryState::failed, "failed"},
}};

constexpr std::array<std::pair<JobState, std::string_view>, 3> k_job_states = {{
    {JobState::waiting, "waiting"},
    {JobState::running, "running"},
    {JobState::dead, "dead"},
}};

template <typename Table, typename Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& [row_value, name] : table) {
    if (row_value == value) {
      return name;
    }
  }
  throw std::logic_error("a value has no name in the store");
}

template <typename Table>
auto value_in(const Table& table, std::string_view name) {
  for (const auto& [value, row_name] : table) {
    if (row_name == name) {
      return value;
    }
  }
  throw std::logic_error("the store holds an unknown name: " + std::string(name));
}

} // namespace

std::string lane_of(const Job& job) {
  if (job.pull_number != 0) {
    return job.repository + "#" + std::to_string(job.pull_number);
  }
  if (!job.head_sha.empty()) {
    return job.repository + "@" + job.head_sha;
  }
  return job.repository;
}

std::string target_of(const Job& job) {
  if (job.kind == JobKind::command) {
    return "";
  }
  // A sweep below a prefix of branches is no whole one.
  return std::string(name_of(job.kind)) + " " + lane_of(job) +
         (job.kind == JobKind::sweep && !job.head_ref.empty() ? " " + job.head_ref : "");
}

Job merged(const Job& waiting, const Job& newer) {
  Job job = newer;
  job.id = waiting.id;
  job.attempt = 1;
  if (job.installation_id == 0) {
    job.installation_id = waiting.installation_id;
  }
  if (job.head_sha.empty()) {
    job.head_sha = waiting.head_sha;
  }
  // What comes late, or was asked for again, tells of an older head.
  const bool known = newer.asked_at.time_since_epoch().count() != 0;
  if (known && newer.asked_at < waiting.asked_at && !waiting.head_sha.empty()) {
    job.head_sha = waiting.head_sha;
    job.asked_at = waiting.asked_at;
  }
  if (job.base_sha.empty()) {
    job.base_sha = waiting.base_sha;
  }
  if (job.head_ref.empty()) {
    job.head_ref = waiting.head_ref;
  }
  // Labels alone may turn out to mean nothing; whatever else was asked for must not end with them.
  if (!newer.label.empty() && waiting.label.empty()) {
    job.label.clear();
    job.reason = waiting.reason;
    job.sender = waiting.sender;
    job.sender_id = waiting.sender_id;
  } else if (!newer.label.empty()) {
    job.label = waiting.label + "\n" + newer.label;
  }
  if (waiting.again && !newer.again) {
    job.again = true;
    job.reason = waiting.reason;
    job.comment_id = waiting.comment_id;
    job.review_comment = waiting.review_comment;
    job.sender = waiting.sender;
    job.sender_id = waiting.sender_id;
    job.association = waiting.association;
  }
  return job;
}

std::string_view name_of(JobKind kind) { return name_in(k_kinds, kind); }
JobKind parse_job_kind(std::string_view name) { return value_in(k_kinds, name); }
std::string_view name_of(DeliveryState state) { return name_in(k_states, state); }
DeliveryState parse_delivery_state(std::string_view name) { return value_in(k_states, name); }

std::string_view name_of(JobState state) { return name_in(k_job_states, state); }
JobState parse_job_state(std::string_view name) { return value_in(k_job_states, name); }

std::string storable(std::string_view text, std::size_t limit) {
  std::string valid = to_valid_utf8(text.substr(0, limit));
  valid.erase(std::remove(valid.begin(), valid.end(), '\0'), valid.end());
  return valid;
}

} // namespace leadline
