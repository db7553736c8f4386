#include "analyzers/analyze.hpp"

#include "analyzers/autoscaled.hpp"
#include "analyzers/domains/chunks.hpp"
#include "analyzers/file_reading.hpp"
#include "analyzers/gone_lines.hpp"
#include "analyzers/moved_protection.hpp"
#include "analyzers/moved_settings.hpp"
#include "analyzers/report_finish.hpp"
#include "analyzers/resolved_values.hpp"
#include "analyzers/risk/changed_blocks.hpp"
#include "analyzers/risk/conflict_marks.hpp"
#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/graver_concern.hpp"
#include "analyzers/risk/hba_lines.hpp"
#include "analyzers/risk/hidden_characters.hpp"
#include "analyzers/risk/identity.hpp"
#include "analyzers/risk/redact_report.hpp"
#include "analyzers/risk/removed_blocks.hpp"
#include "analyzers/risk/siblings.hpp"
#include "analyzers/split/plan.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

constexpr double k_no_alarm = 1.9;
constexpr double k_left_alone = 1.4;
constexpr double k_foreign_code = 0.9; // low
// An autoscaler sets the number that was taken out; one that goes down to a single copy is worth a
// remark.
constexpr double k_scaled = 0.7;
constexpr double k_one = 1.5;
constexpr int k_most_scalers = 50; // looked for in one change set
constexpr double k_outgoing = 1.2; // medium

class Analysis {
public:
  Analysis(const ChangeSet& changes, const FileSource& files, const Policy& policy,
           const Catalog& catalog)
      : m_changes(changes), m_files(files), m_policy(policy), m_catalog(catalog),
        m_domains(built_in_domains(), policy.domains), m_environments(policy),
        m_ignored(policy.ignore_paths, GlobCase::insensitive), m_baselines(policy),
        m_redactor(policy.secret_keys) {}

  Report run() {
    m_report.range = {m_changes.base, m_changes.head, m_changes.merge_base};
    m_report.coverage.skipped = m_changes.skipped;
    m_report.stats.diff_lines = m_changes.diff_lines;
    // A file that git could not diff is no entry of `files`, and still a file of the pull request.
    m_report.coverage.files = static_cast<int>(m_changes.files.size() + m_changes.skipped.size());
    m_facts.resize(m_changes.files.size());
    for (std::size_t i = 0; i < m_changes.files.size(); ++i) {
      read_file(i);
    }
    mark_moved(m_changes, m_report.chunks);
    m_report.hunks = number_chunks(m_changes, m_report.chunks);
    index_lines();
    list_settings();
    judge_settings();
    m_report.findings =
        make_findings(m_changes, m_report.chunks, std::move(m_suspects), m_redactor, m_secrets);
    add_hidden();
    count_lines(m_report);
    m_report.split = plan_split(m_changes, m_report, m_policy, m_files);
    name_own_domains();
    m_report.verdict = make_verdict(m_report, m_policy);
    redact_report(m_report, m_redactor, m_secrets);
    clean_texts(m_report);
    return std::move(m_report);
  }

private:
  void read_file(std::size_t index) {
    const FileChange& file = m_changes.files[index];
    FileReading& fact = m_facts[index];
    fact.context.path = file.path();
    fact.context.role = role_of_path(file.path());
    fact.context.environment = m_environments.of_path(file.path());
    fact.context.status = file.status;
    fact.context.system = m_catalog.system_of_path(file.path());
    fact.first_chunk = m_report.chunks.size();
    fact.ignored = m_ignored.any(file.path());
    ++m_report.stats.files;
    m_report.stats.hunks += static_cast<int>(file.hunks.size());
    m_report.coverage.hunks += static_cast<int>(file.hunks.size());
    try {
      read_settings(m_changes, index, m_files, m_catalog, fact);
      ++m_report.coverage.files_analyzed;
      m_report.coverage.hunks_analyzed += static_cast<int>(file.hunks.size());
      if (!fact.format_unread.empty()) {
        m_report.coverage.unread.push_back({file.path(), fact.format_unread});
      }
    } catch (const Error& e) {
      // The contract of analyze(): what cannot be read lowers the coverage and is named there.
      fact.settings.clear();
      fact.meanings.clear();
      m_report.coverage.skipped.push_back({file.path(), e.what()});
    }
    const FileToChunk input = to_chunk(index);
    for (Chunk& chunk : chunk_file(input, m_domains)) {
      chunk.moved_lines = chunk.whole_file() ? fact.moved_lines : 0;
      m_report.chunks.push_back(std::move(chunk));
    }
  }

  FileToChunk to_chunk(std::size_t index) const {
    const FileReading& fact = m_facts[index];
    FileToChunk input;
    input.file = &m_changes.files[index];
    input.index = index;
    input.role = fact.context.role;
    input.system = fact.context.system;
    input.noise = fact.noise;
    for (std::size_t i = 0; i < fact.settings.size(); ++i) {
      const SettingChange& change = fact.settings[i];
      SettingLine line;
      line.old_line = change.old_setting ? change.old_setting->first_line : 0;
      line.old_last = change.old_setting ? change.old_setting->last_line : 0;
      line.new_line = change.new_setting ? change.new_setting->first_line : 0;
      line.new_last = change.new_setting ? change.new_setting->last_line : 0;
      line.setting = &change.any();
      line.parameter = fact.meanings[i].parameter;
      input.settings.push_back(line);
    }
    return input;
  }

  // Whose a finding is goes by what its line is about, not by who wrote the file.
  void name_own_domains() {
    std::unordered_map<std::string, std::vector<Finding*>> findings;
    for (Finding& finding : m_report.findings) {
      findings[finding.path].push_back(&finding);
    }
    for (std::size_t f = 0; f < m_facts.size(); ++f) {
      const auto here = findings.find(m_changes.files[f].path());
      if (m_facts[f].noise.empty() || here == findings.end()) {
        continue;
      }
      FileToChunk input = to_chunk(f);
      input.noise.clear();
      const std::vector<Chunk> chunks = chunk_file(input, m_domains);
      const LineIndex lines(m_changes.files[f], chunks, 0);
      for (Finding* finding : here->second) {
        if (const IndexedLine* line = lines.find(finding->diff_line)) {
          finding->domain = chunks[line->chunk].domain;
        }
      }
    }
  }

  void index_lines() {
    for (std::size_t i = 0; i < m_facts.size(); ++i) {
      m_lines.emplace_back(m_changes.files[i], m_report.chunks, m_facts[i].first_chunk);
    }
  }

  void list_settings() {
    for (std::size_t f = 0; f < m_facts.size(); ++f) {
      for (std::size_t i = 0; i < m_facts[f].settings.size(); ++i) {
        const SettingChange& change = m_facts[f].settings[i];
        const Meaning& meaning = m_facts[f].meanings[i];
        for (const auto* side : {&change.old_setting, &change.new_setting}) {
          if (*side) {
            m_secrets.add(m_redactor, (*side)->key, (*side)->value);
          }
        }
        const IndexedLine* line = m_lines[f].find(change.diff_line);
        if (line == nullptr) {
          continue; // its lines are not among the changed ones
        }
        ReportSetting row;
        row.path = m_changes.files[f].path();
        row.key = m_redactor.key(change.any().key);
        row.change = change.change;
        if (change.old_setting) {
          row.old_value = m_redactor.value(change.old_setting->key, change.old_setting->value);
          row.old_line = change.old_setting->first_line;
        }
        if (change.new_setting) {
          row.new_value = m_redactor.value(change.new_setting->key, change.new_setting->value);
          row.new_line = change.new_setting->first_line;
        }
        row.diff_line = change.diff_line;
        row.system = meaning.parameter != nullptr           ? meaning.parameter->system
                     : m_facts[f].context.system != nullptr ? m_facts[f].context.system->id
                                                            : "";
        row.domain = m_report.chunks[line->chunk].domain;
        row.chunk = m_report.chunks[line->chunk].id;
        m_report.settings.push_back(std::move(row));
      }
    }
  }

  void judge_settings() {
    const MovedSettings moved(m_facts);
    ResolvedValues resolved(m_files);
    StatedElsewhere elsewhere(m_facts);
    const std::vector<const Setting*> added = added_settings();
    const std::unordered_map<const SettingChange*, Concern> relations = find_relations();
    const auto has_moved = [&](const SettingChange& change) {
      return moved.is_same_elsewhere(change) || moved.went_elsewhere(change);
    };
    for (std::size_t f = 0; f < m_facts.size(); ++f) {
      const RemovedBlocks gone =
          removed_blocks(m_facts[f].context, m_facts[f].settings, m_facts[f].head, has_moved);
      const std::unordered_map<const SettingChange*, Concern> opened =
          opened_hba_lines(m_facts[f].context, m_facts[f].settings, has_moved);
      const BlockConcerns blocks =
          changed_blocks({m_facts[f].context, m_facts[f].settings, m_facts[f].head, has_moved});
      for (std::size_t i = 0; i < m_facts[f].settings.size(); ++i) {
        const SettingChange& change = m_facts[f].settings[i];
        const IndexedLine* line = m_lines[f].find(change.diff_line);
        // The same filter below a trigger that hands out secrets is not the same setting.
        const auto broken = relations.find(&change);
        const bool opens = broken != relations.end() && broken->second.rule == "permission.widened";
        if (line == nullptr || (has_moved(change) && !opens)) {
          continue;
        }
        const SettingChange* from = moved.came_from(change);
        const std::optional<ResolvedValue> behind =
            from == nullptr ? resolved.of(m_facts[f].context.path, change) : std::nullopt;
        if (behind && reads_the_same(change.old_setting->value, behind->value)) {
          continue; // the value only stands elsewhere now
        }
        m_subjects.push_back(make_subject(from != nullptr ? joined(*from, change)
                                          : behind        ? with_value(change, behind->value)
                                                          : change,
                                          m_facts[f].context, m_facts[f].meanings[i]));
        const Subject& subject = m_subjects.back();
        std::optional<Concern> draft;
        if (const auto block = gone.concerns.find(&change); block != gone.concerns.end()) {
          draft = weigh_block(block->second, subject);
        } else if (gone.taken.count(&change) == 0 && (from != nullptr || !is_block(change, *line) ||
                                                      stays_apart(m_facts[f], subject, *line))) {
          draft = judge(subject, m_policy);
          if (draft && from == nullptr && is_block(change, *line)) {
            draft->urgency = std::min(draft->urgency, k_no_alarm);
          }
          if (broken != relations.end()) {
            keep_relation(draft, weigh(broken->second, subject, m_policy));
          }
        }
        if (draft && draft->rule == "exposure.wildcard" && change.new_setting &&
            is_beside_outgoing(change.new_setting->key, m_facts[f].head)) {
          // Programs may talk to everybody by default; what matters is who may talk to them.
          draft->urgency = std::min(draft->urgency, k_outgoing);
          draft->tail = "may talk to every address";
          draft->effect = "What has been taken over can send data anywhere.";
        }
        if (draft && change.change == ChangeKind::removed &&
            stands_as_resource(*change.old_setting, added)) {
          draft.reset();
        }
        if (const std::optional<Concern> lost = lost_merge(m_facts[f], i)) {
          keep_worse(draft, weigh(*lost, subject, m_policy));
        }
        if (const auto block = blocks.find(&change); block != blocks.end()) {
          keep_worse(draft, weigh(block->second, subject, m_policy));
        }
        if (const auto line_of_hba = opened.find(&change); line_of_hba != opened.end()) {
          keep_worse(draft, weigh(line_of_hba->second, subject, m_policy));
        }
        if (draft && from != nullptr) {
          draft->reasons.push_back(fmt::format("moved here from {}:{}",
                                               m_changes.files[from->file].path(),
                                               from->old_setting->first_line));
          draft->restorable = from->file == f && draft->restorable;
        }
        if (draft && behind && behind->value.empty()) {
          draft->urgency = std::min(draft->urgency, k_no_alarm); // a file at run time may say it
        }
        if (draft && behind) {
          draft->reasons.push_back(behind->value.empty()
                                       ? behind->where + " says nothing for it"
                                       : fmt::format("{} says it now", behind->where));
        }
        if (draft && went_with_its_owner(m_lines[f], change)) {
          draft.reset();
        }
        if (draft && is_still_named(m_facts[f], m_lines[f], change)) {
          draft.reset(); // its value is computed now
        }
        if (draft && change.change == ChangeKind::removed) {
          elsewhere.heed(*draft, m_facts[f], i);
        }
        heed_autoscaler(draft, change);
        if (draft && !m_facts[f].noise.empty()) {
          // What generates the file is where the change is read and put right; a constant in
          // somebody else's program is nobody's setting here.
          draft->urgency -= 0.4;
          if (m_facts[f].context.role == FileRole::code) {
            draft->urgency = std::min(draft->urgency, k_foreign_code);
          }
          draft->reasons.push_back(m_facts[f].noise);
        }
        keep_worse(draft, m_baselines.judge(subject));
        if (draft) {
          m_suspects.push_back({std::move(*draft), &subject, line, f});
        }
      }
    }
  }

  // What a line hides goes before what is as grave and can be seen.
  void add_hidden() {
    std::vector<ShownFile> shown;
    for (const FileReading& fact : m_facts) {
      shown.push_back({fact.context.role, fact.noise, fact.ignored});
    }
    std::vector<Finding> found =
        hidden_findings(m_changes, m_report.chunks, m_lines, shown, m_policy, m_redactor);
    for (Finding& mark : conflict_findings(m_changes, m_report.chunks, m_lines, shown, m_policy)) {
      found.push_back(std::move(mark));
    }
    tell_ids_apart(found, m_report.findings);
    m_report.findings.insert(m_report.findings.begin(), std::make_move_iterator(found.begin()),
                             std::make_move_iterator(found.end()));
    std::stable_sort(m_report.findings.begin(), m_report.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  }

  // That Terraform's resources state for the first time.
  std::vector<const Setting*> added_settings() const {
    std::vector<const Setting*> added;
    for (const FileReading& fact : m_facts) {
      for (const SettingChange& change : fact.settings) {
        if (change.change == ChangeKind::added && fact.context.path.ends_with(".tf")) {
          added.push_back(&*change.new_setting);
        }
      }
    }
    return added;
  }

  std::unordered_map<const SettingChange*, Concern> find_relations() {
    std::vector<RelationFile> files;
    for (FileReading& fact : m_facts) {
      if (fact.relations.new_settings.empty()) {
        continue;
      }
      fact.relations.context = &fact.context;
      for (const SettingChange& change : fact.settings) {
        (change.new_setting ? fact.relations.changes : fact.relations.removed).push_back(&change);
      }
      files.push_back(std::move(fact.relations));
    }
    std::unordered_map<const SettingChange*, Concern> worst;
    for (Relation& relation : broken_relations(files, m_files, m_catalog)) {
      const auto [at, fresh] = worst.try_emplace(relation.change, relation.concern);
      if (fresh) {
        continue;
      }
      if (at->second.urgency < relation.concern.urgency) {
        std::swap(at->second, relation.concern);
      }
      // What is not told of the other goes with it all the same.
      std::move(relation.concern.rests_on.begin(), relation.concern.rests_on.end(),
                std::back_inserter(at->second.rests_on));
    }
    return worst;
  }

  // What a file held that went as a whole went for a reason; but a backup job whose neighbours stay
  // leaves them without one.
  std::optional<Concern> weigh_block(Concern block, const Subject& subject) const {
    if (subject.file->status != FileStatus::removed ||
        m_files.siblings(Side::head, subject.file->path).empty()) {
      return weigh(std::move(block), subject, m_policy);
    }
    FileContext context = *subject.file;
    context.status = FileStatus::modified;
    Subject shown = subject;
    shown.file = &context;
    block.urgency = std::min(block.urgency, k_left_alone);
    return weigh(std::move(block), shown, m_policy);
  }

  void heed_autoscaler(std::optional<Concern>& draft, const SettingChange& change) {
    if (!draft || !is_workload_size(change) || ++m_scalers_sought > k_most_scalers) {
      return;
    }
    if (const auto scaler = autoscaler_of(m_changes, change, m_files)) {
      draft->urgency = std::min(draft->urgency, scaler->keeps_more_than_one ? k_scaled : k_one);
      draft->reasons.push_back(scaler->path + " sets the number of copies now");
    }
  }

  // A change as the program sees it, through the reference that took the place of a literal.
  const SettingChange& with_value(const SettingChange& change, const std::string& value) {
    m_joined.push_back(change);
    m_joined.back().new_setting->value = value;
    return m_joined.back();
  }

  // A removed setting and the added one that took its place, as one change.
  const SettingChange& joined(const SettingChange& removed, const SettingChange& added) {
    m_joined.push_back(added);
    m_joined.back().change = ChangeKind::modified;
    m_joined.back().old_setting = removed.old_setting;
    return m_joined.back();
  }

  const ChangeSet& m_changes;
  const FileSource& m_files;
  const Policy& m_policy;
  const Catalog& m_catalog;
  DomainTable m_domains;
  EnvironmentMap m_environments;
  GlobSet m_ignored;
  BaselineRules m_baselines;
  Redactor m_redactor;
  KnownSecrets m_secrets;
  std::vector<FileReading> m_facts;   // of each file
  std::vector<LineIndex> m_lines;     // of each file
  std::deque<Subject> m_subjects;     // stable addresses
  std::deque<SettingChange> m_joined; // stable addresses
  std::vector<Suspect> m_suspects;
  int m_scalers_sought = 0;
  Report m_report;
};

} // namespace

Report analyze(const ChangeSet& changes, const FileSource& files, const Policy& policy,
               const Catalog& catalog) {
  return Analysis(changes, files, policy, catalog).run();
}

} // namespace leadline
