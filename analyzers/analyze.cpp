#include "analyzers/analyze.hpp"

#include "analyzers/domains/chunks.hpp"
#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/redact_report.hpp"
#include "analyzers/risk/relations.hpp"
#include "analyzers/settings/extract.hpp"
#include "analyzers/split/plan.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <unordered_map>
#include <unordered_set>

namespace leadline {
namespace {

// A removed line says that a protection is gone only when few lines go with it; a whole block that
// goes takes what it protected along.
constexpr int k_lonely_removal = 6;
// An added line in a long new block is read as part of it.
constexpr int k_lonely_addition = 12;
// Larger files are not read a second time for relations between their settings.
constexpr std::size_t k_relation_bytes = 256UL * 1024;

bool holds_text(const FileChange& file) {
  const std::uint32_t mode = file.new_mode != 0 ? file.new_mode : file.old_mode;
  return !file.binary && mode != k_mode_submodule && mode != k_mode_link;
}

// Settings that leadline would read, were the bytes text.
bool should_be_text(const FileChange& file, const Catalog& catalog) {
  const Format format = detect_kind(file.path(), "").format;
  return file.binary && ((format != Format::unknown && format != Format::prose) ||
                         catalog.system_of_path(file.path()) != nullptr);
}

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
        make_findings(m_changes, m_report.chunks, std::move(m_suspects), m_redactor);
    count();
    m_report.split = plan_split(m_changes, m_report, m_policy);
    m_report.verdict = make_verdict(m_report, m_policy);
    redact_report(m_report, m_redactor, m_secrets);
    clean_texts();
    return std::move(m_report);
  }

private:
  struct Fact {
    FileContext context;
    std::vector<SettingChange> settings;
    std::vector<Meaning> meanings; // of each setting
    RelationFile relations;        // empty where no change can break one
    std::size_t first_chunk = 0;
    std::string noise;
    bool ignored = false;
  };

  void read_file(std::size_t index) {
    const FileChange& file = m_changes.files[index];
    Fact& fact = m_facts[index];
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
    FileToChunk input;
    input.file = &file;
    input.index = index;
    input.role = fact.context.role;
    input.system = fact.context.system;
    try {
      read_settings(index);
      ++m_report.coverage.files_analyzed;
      m_report.coverage.hunks_analyzed += static_cast<int>(file.hunks.size());
    } catch (const Error& e) {
      // The contract of analyze(): what cannot be read lowers the coverage and is named there.
      fact.settings.clear();
      fact.meanings.clear();
      m_report.coverage.skipped.push_back({file.path(), e.what()});
    }
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
    for (Chunk& chunk : chunk_file(input, m_domains)) {
      m_report.chunks.push_back(std::move(chunk));
    }
  }

  void read_settings(std::size_t index) {
    const FileChange& file = m_changes.files[index];
    Fact& fact = m_facts[index];
    std::optional<std::string> old_text;
    std::optional<std::string> new_text;
    if (holds_text(file)) {
      old_text =
          file.status == FileStatus::added ? std::nullopt : m_files.read(Side::base, file.old_path);
      new_text = file.status == FileStatus::removed ? std::nullopt
                                                    : m_files.read(Side::head, file.new_path);
    }
    fact.noise = noise_of_file(file, m_files.marks(file.path()), old_text, new_text);
    if (should_be_text(file, m_catalog) && fact.noise.empty() && !fact.ignored) {
      // One NUL byte makes a file binary for git, and would hide every setting in it.
      throw Error(ErrorKind::bad_input, "binary, so that its settings cannot be read");
    }
    if (!holds_text(file) || file.hunks.empty() || fact.context.role == FileRole::lock ||
        fact.ignored) {
      return;
    }
    std::optional<FileVersion> old_version;
    std::optional<FileVersion> new_version;
    if (file.status != FileStatus::added) {
      old_version = old_text ? FileVersion{std::move(*old_text), {}}
                             : FileVersion::from_hunks(file, Side::base);
    }
    if (file.status != FileStatus::removed) {
      new_version = new_text ? FileVersion{std::move(*new_text), {}}
                             : FileVersion::from_hunks(file, Side::head);
    }
    ComparedFile compared = compare_settings(file, index, old_version, new_version);
    if (fact.noise.empty() && !compared.unread.empty()) {
      throw Error(ErrorKind::bad_input, compared.unread);
    }
    fact.settings = std::move(compared.changes);
    for (const SettingChange& change : fact.settings) {
      fact.meanings.push_back(meaning_of(m_catalog, file.path(), change.any()));
    }
    read_relations(index, old_version, new_version);
  }

  // All settings of a file whose changes can contradict others. From whole files only: in a diff
  // text the other side of a relation may be out of sight.
  void read_relations(std::size_t index, const std::optional<FileVersion>& old_version,
                      const std::optional<FileVersion>& new_version) {
    Fact& fact = m_facts[index];
    if (!new_version || !new_version->line_numbers.empty() ||
        new_version->text.size() > k_relation_bytes ||
        (old_version && old_version->text.size() > k_relation_bytes)) {
      return;
    }
    const std::string& path = m_changes.files[index].path();
    const FileKind kind = detect_kind(path, new_version->text);
    const bool one_value = kind.format == Format::ini || kind.format == Format::dotenv ||
                           kind.format == Format::json || kind.format == Format::properties ||
                           kind.format == Format::toml;
    bool relates = false;
    for (const SettingChange& change : fact.settings) {
      relates = relates || (change.new_setting && (one_value || may_relate(*change.new_setting)));
    }
    if (!relates) {
      return;
    }
    fact.relations.repeats = !one_value || kind.templated;
    fact.relations.new_settings = extract_settings(kind, path, new_version->text, {});
    if (old_version) {
      fact.relations.old_settings =
          extract_settings(detect_kind(m_changes.files[index].old_path, old_version->text), path,
                           old_version->text, {});
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

  static std::string identity(const Setting& setting) {
    std::string text(setting.key.leaf());
    text += '\0';
    text += setting.value;
    return text;
  }

  void judge_settings() {
    // A setting that goes here and comes there with its value has moved.
    std::unordered_set<std::string> added;
    std::unordered_set<std::string> removed;
    for (const Fact& fact : m_facts) {
      for (const SettingChange& change : fact.settings) {
        if (change.change == ChangeKind::added) {
          added.insert(identity(*change.new_setting));
        } else if (change.change == ChangeKind::removed) {
          removed.insert(identity(*change.old_setting));
        }
      }
    }
    const std::unordered_map<const SettingChange*, Concern> relations = find_relations();
    for (std::size_t f = 0; f < m_facts.size(); ++f) {
      for (std::size_t i = 0; i < m_facts[f].settings.size(); ++i) {
        const SettingChange& change = m_facts[f].settings[i];
        const IndexedLine* line = m_lines[f].find(change.diff_line);
        if (line == nullptr || is_moved_or_block(change, *line, added, removed)) {
          continue;
        }
        m_subjects.push_back(make_subject(change, m_facts[f].context, m_facts[f].meanings[i]));
        const Subject& subject = m_subjects.back();
        std::optional<Concern> draft = judge(subject, m_policy);
        if (const auto broken = relations.find(&change); broken != relations.end()) {
          keep_worse(draft, weigh(broken->second, subject, m_policy));
        }
        if (draft && !m_facts[f].noise.empty()) {
          draft->urgency -=
              0.4; // what generates the file is where the change is read and put right
          draft->reasons.push_back(m_facts[f].noise);
        }
        keep_worse(draft, m_baselines.judge(subject));
        if (draft) {
          m_suspects.push_back({std::move(*draft), &subject, line, f});
        }
      }
    }
  }

  std::unordered_map<const SettingChange*, Concern> find_relations() {
    std::vector<RelationFile> files;
    for (Fact& fact : m_facts) {
      if (fact.relations.new_settings.empty()) {
        continue;
      }
      fact.relations.context = &fact.context;
      for (const SettingChange& change : fact.settings) {
        if (change.new_setting) {
          fact.relations.changes.push_back(&change);
        }
      }
      files.push_back(std::move(fact.relations));
    }
    std::unordered_map<const SettingChange*, Concern> worst;
    for (Relation& relation : broken_relations(files, m_files)) {
      const auto [at, fresh] = worst.try_emplace(relation.change, relation.concern);
      if (!fresh && at->second.urgency < relation.concern.urgency) {
        at->second = std::move(relation.concern);
      }
    }
    return worst;
  }

  // One setting change, one finding: the graver concern, with the other among its reasons.
  static void keep_worse(std::optional<Concern>& kept, std::optional<Concern> other) {
    if (!other) {
      return;
    }
    if (kept && kept->urgency > other->urgency) {
      std::swap(*kept, *other);
    }
    if (kept) {
      other->reasons.push_back("also " + kept->rule + ": " + kept->tail);
    }
    kept = std::move(other);
  }

  static bool is_moved_or_block(const SettingChange& change, const IndexedLine& line,
                                const std::unordered_set<std::string>& added,
                                const std::unordered_set<std::string>& removed) {
    if (change.change == ChangeKind::removed) {
      return line.run > k_lonely_removal || added.count(identity(*change.old_setting)) > 0;
    }
    if (change.change == ChangeKind::added) {
      return line.run > k_lonely_addition || removed.count(identity(*change.new_setting)) > 0;
    }
    return false;
  }

  void count() {
    std::map<std::string, DomainCount> by_domain;
    for (const Chunk& chunk : m_report.chunks) {
      DomainCount& row = by_domain[chunk.domain];
      row.name = chunk.domain;
      row.additions += chunk.new_lines;
      row.deletions += chunk.old_lines;
      m_report.stats.additions += chunk.new_lines;
      m_report.stats.deletions += chunk.old_lines;
      m_report.stats.noise_lines += chunk.noise ? chunk.old_lines + chunk.new_lines : 0;
    }
    for (const ReportHunk& hunk : m_report.hunks) {
      for (const std::string& domain : hunk.domains) {
        ++by_domain[domain].hunks;
      }
    }
    for (auto& [name, row] : by_domain) {
      m_report.domains.push_back(std::move(row));
    }
    std::stable_sort(m_report.domains.begin(), m_report.domains.end(),
                     [](const DomainCount& a, const DomainCount& b) {
                       return a.additions + a.deletions > b.additions + b.deletions;
                     });
  }

  // Paths and keys may be any bytes in git; a report is text.
  void clean_texts() {
    const auto clean = [](std::string& text) { text = to_valid_utf8(text); };
    for (ReportSetting& row : m_report.settings) {
      clean(row.path);
      clean(row.key);
      if (row.old_value) {
        clean(*row.old_value);
      }
      if (row.new_value) {
        clean(*row.new_value);
      }
    }
    for (Chunk& chunk : m_report.chunks) {
      clean(chunk.path);
      clean(chunk.old_path);
      std::for_each(chunk.evidence.begin(), chunk.evidence.end(), clean);
    }
    for (ReportHunk& hunk : m_report.hunks) {
      clean(hunk.path);
      clean(hunk.old_path);
    }
    for (Finding& finding : m_report.findings) {
      clean(finding.path);
    }
    for (Skipped& skipped : m_report.coverage.skipped) {
      clean(skipped.path);
      clean(skipped.why);
    }
    std::for_each(m_report.verdict.reasons.begin(), m_report.verdict.reasons.end(), clean);
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
  std::vector<Fact> m_facts;      // of each file
  std::vector<LineIndex> m_lines; // of each file
  std::deque<Subject> m_subjects; // stable addresses
  std::vector<Suspect> m_suspects;
  Report m_report;
};

} // namespace

Report analyze(const ChangeSet& changes, const FileSource& files, const Policy& policy,
               const Catalog& catalog) {
  return Analysis(changes, files, policy, catalog).run();
}

} // namespace leadline
