#include "job_fixture.hpp"

#include "app/git/patch_series.hpp"
#include "app/store/acknowledgement_rows.hpp"
#include "app/store/store_rules.hpp"
#include "base/handle.hpp"
#include "base/text.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <set>
#include <utility>

namespace leadline {
namespace {

const std::string k_before = "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 200\n";
const std::string k_after = "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n";

const Secret& test_key() {
  static const Secret key = [] {
    const Handle<EVP_PKEY, EVP_PKEY_free> made(EVP_RSA_gen(2048));
    const Handle<BIO, BIO_free_all> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), made.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return Secret(std::string(data, static_cast<std::size_t>(size)));
  }();
  return key;
}

class FilesDouble final : public FileSource {
public:
  FilesDouble(GitDouble::Files base, GitDouble::Files head)
      : m_base(std::move(base)), m_head(std::move(head)) {}

  std::optional<std::string> read(Side side, const std::string& path) const override {
    const GitDouble::Files& files = side == Side::base ? m_base : m_head;
    const auto found = files.find(path);
    return found != files.end() ? std::optional(found->second) : std::nullopt;
  }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override { return {}; }

private:
  GitDouble::Files m_base;
  GitDouble::Files m_head;
};

// A hunk that removes all lines of `before` and adds all of `after`, but for those equal at the
// same place.
FileChange change_of(const std::string& path, const std::string& before, const std::string& after,
                     int& diff_line) {
  FileChange file;
  file.old_path = file.new_path = path;
  file.old_mode = file.new_mode = k_mode_file;
  file.diff_line = diff_line;
  const auto old_lines = split_lines(before);
  const auto new_lines = split_lines(after);
  Hunk hunk;
  hunk.old_start = hunk.new_start = 1;
  hunk.old_lines = static_cast<int>(old_lines.size());
  hunk.new_lines = static_cast<int>(new_lines.size());
  hunk.diff_line = diff_line + 4;
  diff_line += 5;
  for (std::size_t i = 0; i < std::max(old_lines.size(), new_lines.size()); ++i) {
    const int number = static_cast<int>(i) + 1;
    const bool both = i < old_lines.size() && i < new_lines.size();
    if (both && old_lines[i] == new_lines[i]) {
      hunk.lines.push_back(
          {LineKind::context, number, number, diff_line++, false, std::string(old_lines[i])});
      continue;
    }
    if (i < old_lines.size()) {
      hunk.lines.push_back(
          {LineKind::removed, number, 0, diff_line++, false, std::string(old_lines[i])});
    }
    if (i < new_lines.size()) {
      hunk.lines.push_back(
          {LineKind::added, 0, number, diff_line++, false, std::string(new_lines[i])});
    }
  }
  file.hunks.push_back(std::move(hunk));
  return file;
}

class RepositoryDouble final : public GitRepository {
public:
  explicit RepositoryDouble(const GitDouble& git)
      : m_commits(git.commits), m_merge_bases(git.merge_bases), m_unreadable(git.unreadable) {}

  Range resolve(const std::string& range) const override {
    const std::size_t dots = range.find("..");
    const std::string base = range.substr(0, dots);
    const std::string head = range.substr(range.find_first_not_of('.', dots));
    for (const std::string& commit : {base, head}) {
      if (m_commits.count(commit) == 0) {
        throw Error(ErrorKind::bad_input, "unknown revision \"" + commit + "\"");
      }
    }
    const auto merge_base = m_merge_bases.find(range);
    return {base, head, merge_base != m_merge_bases.end() ? merge_base->second : base};
  }

  ChangeSet change_set(const Range& range) const override {
    const GitDouble::Files& before = m_commits.at(range.merge_base);
    const GitDouble::Files& after = m_commits.at(range.head);
    ChangeSet changes{range.base, range.head, range.merge_base, 0, {}, {}};
    int diff_line = 1;
    for (const auto& [path, bytes] : after) {
      const auto old = before.find(path);
      if (old == before.end() || old->second == bytes) {
        continue;
      }
      if (m_unreadable.count(path) > 0) {
        changes.skipped.push_back({path, "it is too large"});
      } else {
        changes.files.push_back(change_of(path, old->second, bytes, diff_line));
      }
    }
    changes.diff_lines = diff_line - 1;
    return changes;
  }

  std::unique_ptr<FileSource> files(const Range& range) const override {
    return std::make_unique<FilesDouble>(m_commits.at(range.merge_base), m_commits.at(range.head));
  }

  std::optional<std::string> read(const std::string& commit,
                                  const std::string& path) const override {
    const GitDouble::Files& files = m_commits.at(commit);
    const auto found = files.find(path);
    return found != files.end() ? std::optional(found->second) : std::nullopt;
  }

  std::string path() const override { return "/nowhere"; }

  // Takes every patch and always ends at the head: proofs are tested on real repositories.
  std::unique_ptr<PatchSeries> patches(const Range&) const override {
    class Agreeing final : public PatchSeries {
    public:
      std::string binary_patch(const FileChange& file) override {
        return "binary " + file.path() + "\n";
      }
      std::vector<std::string> apply(const std::vector<std::string>& patches) override {
        return std::vector<std::string>(patches.size(), head_tree());
      }
      std::string head_tree() override { return "tree"; }
    };
    return std::make_unique<Agreeing>();
  }

private:
  const std::map<std::string, GitDouble::Files>& m_commits;
  const std::map<std::string, std::string>& m_merge_bases;
  const std::set<std::string>& m_unreadable;
};

} // namespace

std::vector<std::string> GitDouble::push(const std::string&, const GitRemote& remote,
                                         const std::vector<BranchPush>& pushes) {
  token = remote.token.reveal();
  for (const BranchPush& push : pushes) {
    pushed[push.branch] = push.commit;
  }
  return std::vector<std::string>(pushes.size());
}

std::unique_ptr<GitRepository> GitDouble::fetch(const std::string&, const GitRemote& remote,
                                                const std::vector<std::string>& wants) {
  wanted.push_back(wants);
  url = remote.url;
  token = remote.token.reveal();
  if (on_fetch) {
    on_fetch();
  }
  return std::make_unique<RepositoryDouble>(*this);
}

std::vector<std::string> GitDouble::refs_at(const GitRemote&, const std::string& prefix,
                                            const std::string& commit) {
  listed += prefix == "refs/pull/" ? 1 : 0;
  std::vector<std::string> found = refs ? refs(commit) : std::vector<std::string>();
  std::erase_if(found, [&](const std::string& name) { return !name.starts_with(prefix); });
  return found;
}

JobFixture::JobFixture() {
  git.refs = [this](const std::string& commit) {
    std::vector<std::string> names = {"refs/heads/topic"};
    std::vector<GitHubDouble::Pull> pulls = github.other_pulls;
    pulls.push_back(github.pull);
    for (const GitHubDouble::Pull& pull : pulls) {
      if (pull.head_sha == commit) {
        const std::string name = "refs/pull/" + std::to_string(pull.number);
        names.insert(names.end(), {name + "/head", name + "/merge"});
      }
    }
    for (const auto& [name, head] : github.branches) {
      if (head == commit) {
        names.push_back("refs/heads/" + name);
      }
    }
    return names;
  };
  github.pull.number = 7;
  github.pull.base_sha = "bbbb";
  github.permissions = {{"sam", "write"}, {"kim", "read"}, {"robin", "admin"}};
  git.commits["bbbb"] = {{"pgbouncer.ini", k_before}, {"README.md", "hello\n"}};
  git.commits["refs/heads/main"] = git.commits["bbbb"];
  push("aaaa", {{"pgbouncer.ini", k_after}, {"README.md", "hello\n"}});
  handler = handler_with({});
}

std::unique_ptr<JobHandler> JobFixture::handler_with(const ReportLinks& links) {
  return handler_over(queue, links);
}

std::unique_ptr<JobHandler> JobFixture::handler_over(JobQueue& other, const ReportLinks& links) {
  return make_job_handler(
      {"42", test_key(), ApiUrls(), "leadline", links},
      {github, git, log, acknowledgements, other, Catalog::built_in(), clock, observer, logger});
}

void MemoryAcknowledgements::acknowledge(const Acknowledgement& acknowledgement) {
  if (const auto hook = std::exchange(on_acknowledge, {})) {
    hook();
  }
  for (Acknowledgement& row : rows) {
    if (row.repository == acknowledgement.repository && row.request == acknowledgement.request &&
        row.finding_id == acknowledgement.finding_id) {
      if (row.withdrawn_by.starts_with(k_moved_to)) {
        row.withdrawn_by.clear();
      }
      return;
    }
  }
  rows.push_back(as_stored(acknowledgement));
  rows.back().id = static_cast<std::int64_t>(rows.size());
}

bool MemoryAcknowledgements::withdraw(std::int64_t id, const std::string& by,
                                      Acknowledgement::Time now) {
  Acknowledgement& row = rows.at(static_cast<std::size_t>(id - 1));
  const bool stood = row.withdrawn_by.empty();
  if (stood) {
    row.withdrawn_by = by;
    row.withdrawn = now;
  }
  return stood;
}

void MemoryAcknowledgements::note_withdrawal(const std::string& repository,
                                             const std::vector<std::string>& finding_ids,
                                             Acknowledgement::Time asked) {
  for (const std::string& id : finding_ids) {
    Acknowledgement::Time& last = withdrawals[repository + " " + id];
    last = std::max(last, asked);
  }
}

Acknowledgement::Time MemoryAcknowledgements::last_withdrawal(const std::string& repository,
                                                              const std::string& finding_id) {
  const auto found = withdrawals.find(repository + " " + finding_id);
  return found == withdrawals.end() ? Acknowledgement::Time{} : found->second;
}

std::vector<Acknowledgement>
MemoryAcknowledgements::acknowledgements(const std::string& repository) {
  std::vector<Acknowledgement> found;
  for (const Acknowledgement& row : rows) {
    if (row.repository == repository && row.withdrawn_by.empty()) {
      found.push_back(row);
    }
  }
  return found;
}

std::vector<std::string>
MemoryAcknowledgements::repositories_with_ended(Acknowledgement::Time since,
                                                Acknowledgement::Time now) {
  std::set<std::string> names;
  for (const Acknowledgement& row : rows) {
    if (row.withdrawn_by.empty() && row.until != Acknowledgement::Time{} && since < row.until &&
        row.until <= now) {
      names.insert(row.repository);
    }
  }
  return {names.begin(), names.end()};
}

std::vector<Acknowledgement> MemoryAcknowledgements::audit(const std::string& repository,
                                                           std::int64_t after_id, std::size_t) {
  std::vector<Acknowledgement> found;
  for (const Acknowledgement& row : rows) {
    if (row.id > after_id && (repository.empty() || row.repository == repository)) {
      found.push_back(row);
    }
  }
  return found;
}

void MemoryQueue::move_jobs(const std::string& from, const std::string& to, std::int64_t) {
  for (Job& job : jobs) {
    job.repository = job.repository == from ? to : job.repository;
  }
}

void MemoryQueue::cancel(const Job& job) {
  std::erase_if(jobs, [&](const Job& each) { return target_of(each) == target_of(job); });
}

std::size_t MemoryQueue::drop(std::int64_t installation_id, const std::string& repository) {
  return std::erase_if(jobs, [&](const Job& each) {
    return each.installation_id == installation_id &&
           (repository.empty() || each.repository == repository);
  });
}

std::vector<JobRecord> MemoryQueue::standing(const Job& job) {
  std::vector<JobRecord> found;
  const auto add = [&](const std::vector<Job>& from, JobState state) {
    for (const Job& each : from) {
      if (!target_of(job).empty() && target_of(each) == target_of(job)) {
        JobRecord record;
        record.job = each;
        record.state = state;
        record.died = died;
        found.push_back(std::move(record));
      }
    }
  };
  add(dead, JobState::dead);
  add(jobs, JobState::waiting);
  return found;
}

void JobFixture::run_queued() {
  while (!queue.jobs.empty()) {
    const Job next = queue.jobs.front();
    queue.jobs.erase(queue.jobs.begin());
    run(next);
  }
}

Job JobFixture::sweep(const std::string& head_ref) {
  Job look;
  look.kind = JobKind::sweep;
  look.installation_id = 1;
  look.repository = "o/r";
  look.head_ref = head_ref;
  return look;
}

Job JobFixture::job(const std::string& delivery) const {
  Job job;
  job.installation_id = 1;
  job.repository = "o/r";
  job.pull_number = 7;
  job.head_sha = github.pull.head_sha;
  job.reason = "opened";
  job.delivery_id = delivery;
  job.asked_at = std::chrono::floor<std::chrono::milliseconds>(clock.now());
  return job;
}

void JobFixture::push(const std::string& head_sha, const GitDouble::Files& files) {
  git.commits[head_sha] = files;
  github.pull.head_sha = head_sha;
}

nlohmann::json JobFixture::last_check() const {
  return github.checks.empty() ? nlohmann::json() : github.checks.back().fields;
}

} // namespace leadline
