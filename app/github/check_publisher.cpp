#include "app/github/check_publisher.hpp"

#include "app/github/check_slots.hpp"
#include "app/github/messages_json.hpp"
#include "app/render/github.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_text_characters = 65'535;
constexpr std::size_t k_max_annotations = 500;
std::string where_all_is(const std::string& details_url) {
  return details_url.empty() ? "the report that `leadline analyze` prints"
                             : "[the whole report](" + details_url + ")";
}

// Saying when the run begins would be one call more of each run that had to wait.
constexpr const char* k_stays = " It is shown as queued until the verdict is here.";

constexpr std::size_t k_max_actions = 3;

// Every finished run can be asked for again; what else there is depends on the outcome.
void add_rerun(std::vector<CheckAction>& actions) {
  actions.insert(actions.begin(), {"Re-run", "Analyse this head again", "rerun"});
  actions.resize(std::min(actions.size(), k_max_actions));
}

} // namespace

bool CheckPublisher::is_doubted(const std::string& head_sha) {
  return m_doubted_before &&
         m_log.check_run_written(m_client.repository(), slot(head_sha)) < *m_doubted_before;
}

std::optional<CheckRun> CheckPublisher::known_run(const std::string& head_sha) {
  const std::int64_t id = m_log.check_run(m_client.repository(), slot(head_sha));
  const bool any = id == k_check_run_intended || is_doubted(head_sha);
  if (id == 0 && !any) {
    return std::nullopt;
  }
  // Also for a known id: the run may be gone with a repository that was deleted and made again.
  for (const CheckRun& run : m_client.check_runs(head_sha, m_identity.app_id)) {
    const bool named = m_identity.name.empty() || run.name == m_identity.name;
    if (named && (any || run.id == id)) {
      return run;
    }
  }
  return std::nullopt;
}

std::string CheckPublisher::slot(const std::string& head_sha) {
  return check_slot(m_log, m_client.repository(), head_sha, m_identity.name);
}

void CheckPublisher::note(const std::string& head_sha, std::int64_t id, CheckRunState::Step step,
                          const std::string& run_key) {
  m_log.save_check_run(m_client.repository(), slot(head_sha), id, {step, run_key, m_identity.name});
}

std::int64_t CheckPublisher::create(const std::string& head_sha, CheckRunFields fields,
                                    CheckRunState::Step step) {
  fields.name = m_identity.name;
  fields.head_sha = head_sha;
  note(head_sha, k_check_run_intended, CheckRunState::Step::unknown, fields.external_id);
  const std::int64_t id = m_client.create_check_run(fields);
  note(head_sha, id, step, fields.external_id);
  return id;
}

bool CheckPublisher::announce(const std::string& head_sha, const std::string& run_key,
                              const std::string& reason) {
  const CheckRunState state = m_log.check_run_state(m_client.repository(), slot(head_sha));
  if (state.step == CheckRunState::Step::queued ||
      (state.step == CheckRunState::Step::ended && state.run_key == run_key)) {
    return false;
  }
  if (state.step == CheckRunState::Step::unknown || is_doubted(head_sha)) {
    const std::optional<CheckRun> known = known_run(head_sha);
    if (known && (known->status != CheckStatus::completed || known->external_id == run_key)) {
      return false; // under way, or ended by a try whose answer was lost
    }
  }
  CheckRunFields fields;
  fields.external_id = run_key;
  fields.status = CheckStatus::queued;
  fields.title = "Waiting for its verdict";
  fields.summary =
      (reason.empty() ? "Queued." : "Queued: " + neutralize(reason) + ".") + std::string(k_stays);
  create(head_sha, fields, CheckRunState::Step::queued);
  return true;
}

bool CheckPublisher::withdraw(const std::string& head_sha, const std::string& run_key,
                              const std::string& summary) {
  const std::string& repository = m_client.repository();
  const std::string row = slot(head_sha);
  std::int64_t id = m_log.check_run(repository, row);
  const CheckRunState state = m_log.check_run_state(repository, row);
  const bool nothing = id == 0 || state.step == CheckRunState::Step::ended;
  const bool doubted = is_doubted(head_sha);
  if (nothing && !doubted) {
    return false;
  }
  if (doubted || id == k_check_run_intended || state.step == CheckRunState::Step::unknown) {
    const std::optional<CheckRun> known = known_run(head_sha);
    if (!known || known->status == CheckStatus::completed ||
        (nothing && known->external_id != run_key)) {
      return false;
    }
    id = known->id;
  }
  cancel({id, false, 0, head_sha, run_key}, summary);
  return true;
}

void CheckPublisher::cancel(const Begun& begun, const std::string& summary) {
  CheckRunFields outcome;
  outcome.conclusion = "cancelled";
  outcome.title = "Superseded";
  outcome.summary = summary;
  finish(begun, std::move(outcome));
}

void CheckPublisher::hand_over(const Begun& begun) {
  if (begun.annotations > 0) {
    cancel(begun, "Another verdict about this head was asked for: the check that follows has it.");
    return;
  }
  note(begun.head_sha, begun.id, CheckRunState::Step::queued, begun.run_key);
}

CheckPublisher::Begun CheckPublisher::begin(const std::string& head_sha, const std::string& run_key,
                                            const std::string& reason) {
  const std::string& repository = m_client.repository();
  const std::string row = slot(head_sha);
  const std::int64_t id = m_log.check_run(repository, row);
  const CheckRunState state = m_log.check_run_state(repository, row);
  const bool complete = !is_doubted(head_sha);
  if (state.step == CheckRunState::Step::queued && complete) {
    note(head_sha, id, CheckRunState::Step::unknown, run_key); // from now on GitHub knows better
    return {id, false, 0, head_sha, run_key};
  }
  if (state.step == CheckRunState::Step::ended && state.run_key == run_key) {
    return {id, true, 0, head_sha, run_key};
  }
  const std::optional<CheckRun> known =
      state.step == CheckRunState::Step::ended && complete ? std::nullopt : known_run(head_sha);
  const bool of_this_run = known && known->external_id == run_key;
  const bool under_way = known && known->status != CheckStatus::completed;
  if (under_way && known->annotations > 0 && !of_this_run) {
    // A run that died has left them there, perhaps of another base.
    cancel({known->id, false, known->annotations, head_sha, known->external_id},
           "The run that began this check has not ended: the check that follows has the verdict.");
  } else if (under_way || of_this_run) {
    const bool completed = known->status == CheckStatus::completed;
    note(head_sha, known->id, completed ? CheckRunState::Step::ended : CheckRunState::Step::unknown,
         run_key);
    return {known->id, completed, known->annotations, head_sha, run_key, known->conclusion};
  }
  return begin_anew(head_sha, run_key, reason);
}

CheckPublisher::Begun CheckPublisher::begin_anew(const std::string& head_sha,
                                                 const std::string& run_key,
                                                 const std::string& reason) {
  CheckRunFields fields;
  fields.external_id = run_key;
  fields.status = CheckStatus::in_progress;
  fields.started_at = iso_time(m_clock.now());
  fields.title = "Reading the diff";
  fields.summary = reason.empty() ? "In progress." : "In progress: " + neutralize(reason) + ".";
  const std::int64_t made = create(head_sha, fields, CheckRunState::Step::unknown);
  return {made, false, 0, head_sha, run_key};
}

void CheckPublisher::finish(const Begun& begun, CheckRunFields outcome) {
  if (begun.finished) {
    return;
  }
  std::vector<Annotation> annotations = std::move(outcome.annotations);
  outcome.annotations.clear();
  if (annotations.size() > k_max_annotations) {
    outcome.summary += "\n\n" + std::to_string(annotations.size() - k_max_annotations) +
                       " findings have no annotation; all are in " +
                       where_all_is(outcome.details_url) + ".";
    annotations.resize(k_max_annotations);
  }
  const std::string notice = "\n\n*Cut here: this is more than GitHub shows. All is in " +
                             where_all_is(outcome.details_url) + ".*";
  outcome.summary = cut(outcome.summary, k_text_characters, notice);
  outcome.text = cut(outcome.text, k_text_characters, notice);
  auto next =
      annotations.begin() + std::min<std::ptrdiff_t>(begun.annotations, std::ssize(annotations));
  while (annotations.end() - next > std::ptrdiff_t{k_annotations_per_request}) {
    CheckRunFields batch;
    batch.external_id = begun.run_key; // whose annotations they are
    batch.title = outcome.title;
    batch.summary = outcome.summary;
    batch.annotations.assign(next, next + k_annotations_per_request);
    m_client.update_check_run(begun.id, batch);
    next += k_annotations_per_request;
  }
  outcome.annotations.assign(next, annotations.end());
  outcome.external_id = begun.run_key; // it may have been made for another run
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(m_clock.now());
  add_rerun(outcome.actions);
  m_client.update_check_run(begun.id, outcome);
  note(begun.head_sha, begun.id, CheckRunState::Step::ended, begun.run_key);
}

bool CheckPublisher::conclude(const std::string& head_sha, const std::string& run_key,
                              CheckRunFields outcome, Earlier earlier) {
  // Not the run's own: when it is tried again after all, its verdict takes the place of this end.
  const std::string end_key = "gave up " + run_key;
  outcome.name = m_identity.name;
  const std::optional<CheckRun> known = known_run(head_sha);
  if (known && known->status == CheckStatus::completed &&
      (known->external_id == run_key || known->external_id == end_key ||
       earlier == Earlier::keep)) {
    return false;
  }
  if (known && known->status != CheckStatus::completed) {
    finish({known->id, false, known->annotations, head_sha, end_key}, std::move(outcome));
    return true;
  }
  outcome.external_id = end_key;
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(m_clock.now());
  add_rerun(outcome.actions);
  create(head_sha, std::move(outcome), CheckRunState::Step::ended);
  return true;
}

} // namespace leadline
