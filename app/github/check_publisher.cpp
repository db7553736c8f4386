#include "app/github/check_publisher.hpp"

#include "app/github/messages_json.hpp"
#include "app/render/github.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_text_characters = 65'535;
constexpr std::size_t k_max_annotations = 500;
constexpr const char* k_cut = "\n\n*Cut here: this is more than GitHub shows.*";

constexpr std::size_t k_max_actions = 3;

// Every finished run can be asked for again; what else there is depends on the outcome.
void add_rerun(std::vector<CheckAction>& actions) {
  actions.insert(actions.begin(), {"Re-run", "Analyse this head again", "rerun"});
  actions.resize(std::min(actions.size(), k_max_actions));
}

} // namespace

std::optional<CheckRun> CheckPublisher::known_run(const std::string& head_sha) {
  const std::int64_t id = m_log.check_run(m_client.repository(), head_sha);
  if (id == 0) {
    return std::nullopt;
  }
  // Also for a known id: the run may be gone with a repository that was deleted and made again.
  for (const CheckRun& run : m_client.check_runs(head_sha, m_identity.app_id)) {
    if (id == k_check_run_intended || run.id == id) {
      return run;
    }
  }
  return std::nullopt;
}

std::int64_t CheckPublisher::create(const std::string& head_sha, CheckRunFields fields) {
  fields.name = fields.name.empty() ? m_identity.name : fields.name;
  fields.head_sha = head_sha;
  m_log.save_check_run(m_client.repository(), head_sha, k_check_run_intended);
  const std::int64_t id = m_client.create_check_run(fields);
  m_log.save_check_run(m_client.repository(), head_sha, id);
  return id;
}

CheckPublisher::Begun CheckPublisher::begin(const std::string& head_sha, const std::string& run_key,
                                            const std::string& reason) {
  const std::optional<CheckRun> known = known_run(head_sha);
  if (known && (known->status != CheckStatus::completed || known->external_id == run_key)) {
    m_log.save_check_run(m_client.repository(), head_sha, known->id);
    return {known->id, known->status == CheckStatus::completed, known->annotations};
  }
  CheckRunFields fields;
  fields.external_id = run_key;
  fields.status = CheckStatus::in_progress;
  fields.started_at = iso_time(m_clock.now());
  fields.title = "Reading the diff";
  fields.summary = reason.empty() ? "In progress." : "In progress: " + neutralize(reason) + ".";
  return {create(head_sha, fields), false, 0};
}

void CheckPublisher::finish(const Begun& begun, CheckRunFields outcome) {
  if (begun.finished) {
    return;
  }
  std::vector<Annotation> annotations = std::move(outcome.annotations);
  outcome.annotations.clear();
  if (annotations.size() > k_max_annotations) {
    outcome.summary += "\n\n" + std::to_string(annotations.size() - k_max_annotations) +
                       " findings have no annotation; all are listed in the report.";
    annotations.resize(k_max_annotations);
  }
  outcome.summary = cut(outcome.summary, k_text_characters, k_cut);
  outcome.text = cut(outcome.text, k_text_characters, k_cut);
  auto next =
      annotations.begin() + std::min<std::ptrdiff_t>(begun.annotations, std::ssize(annotations));
  while (annotations.end() - next > std::ptrdiff_t{k_annotations_per_request}) {
    CheckRunFields batch;
    batch.title = outcome.title;
    batch.summary = outcome.summary;
    batch.annotations.assign(next, next + k_annotations_per_request);
    m_client.update_check_run(begun.id, batch);
    next += k_annotations_per_request;
  }
  outcome.annotations.assign(next, annotations.end());
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(m_clock.now());
  add_rerun(outcome.actions);
  m_client.update_check_run(begun.id, outcome);
}

bool CheckPublisher::conclude(const std::string& head_sha, const std::string& run_key,
                              CheckRunFields outcome, Earlier earlier) {
  const std::optional<CheckRun> known = known_run(head_sha);
  if (known && known->status == CheckStatus::completed &&
      (known->external_id == run_key || earlier == Earlier::keep)) {
    return false;
  }
  if (known && known->status != CheckStatus::completed) {
    finish({known->id, false, known->annotations}, std::move(outcome));
    return true;
  }
  outcome.external_id = run_key;
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(m_clock.now());
  add_rerun(outcome.actions);
  create(head_sha, std::move(outcome));
  return true;
}

} // namespace leadline
