#include "app/git/push.hpp"

#include "app/git/smart_http.hpp"
#include "base/text.hpp"

#include <git2.h>

#include <algorithm>

namespace leadline::git {
namespace {

using Commit = Handle<git_commit, git_commit_free>;
using Reference = Handle<git_reference, git_reference_free>;

constexpr std::string_view k_heads = "refs/heads/";
constexpr const char* k_outgoing = "refs/leadline/push/"; // what is being pushed, for that long

// What libgit2 hands back to us through one pointer.
struct Pushing {
  SmartHttp http;
  const std::vector<BranchPush>& pushes;
  std::vector<std::string> refusals;
  bool surprised = false;

  const BranchPush* find(const char* ref) const {
    const auto found = std::find_if(pushes.begin(), pushes.end(), [&](const BranchPush& push) {
      return std::string(k_heads) + push.branch == ref;
    });
    return found == pushes.end() ? nullptr : &*found;
  }
  void refuse(const char* ref, const std::string& why) {
    if (const BranchPush* push = find(ref); push != nullptr) {
      refusals[static_cast<std::size_t>(push - pushes.data())] = why;
    }
  }
};

int make_transport(git_transport** out, git_remote* owner, void* payload) {
  return SmartHttp::make_transport(out, owner, &static_cast<Pushing*>(payload)->http);
}

// Before anything is sent: does every branch stand where the caller saw it? Must not throw into C.
int check_expectations(const git_push_update** updates, std::size_t count, void* payload) noexcept {
  auto* pushing = static_cast<Pushing*>(payload);
  for (std::size_t i = 0; i < count; ++i) {
    const BranchPush* push = pushing->find(updates[i]->dst_refname);
    const std::string stands =
        git_oid_is_zero(&updates[i]->src) != 0 ? "" : git_oid_tostr_s(&updates[i]->src);
    if (push == nullptr || (stands != push->expected && stands != push->commit)) {
      pushing->refuse(updates[i]->dst_refname, "it stands elsewhere now");
      pushing->surprised = true;
    }
  }
  return pushing->surprised ? GIT_EUSER : 0;
}

// `status` is the remote's reason, null when it moved the branch.
int note_status(const char* ref, const char* status, void* payload) noexcept {
  if (status != nullptr) {
    static_cast<Pushing*>(payload)->refuse(ref, to_valid_utf8(status));
  }
  return 0;
}

// libgit2 pushes references only, not commits by their ids.
class Outgoing {
public:
  Outgoing(git_repository* repository, const std::vector<BranchPush>& pushes)
      : m_repository(repository) {
    for (const BranchPush& push : pushes) {
      git_oid id{};
      Reference made;
      m_names.push_back(k_outgoing + push.branch);
      if (git_oid_fromstr(&id, push.commit.c_str()) < 0 ||
          git_reference_create(Out(made), repository, m_names.back().c_str(), &id, 1, nullptr) <
              0) {
        throw git_error(ErrorKind::unavailable, "preparing to push", push.branch);
      }
    }
  }
  ~Outgoing() {
    for (const std::string& name : m_names) {
      git_reference_remove(m_repository, name.c_str()); // left over, it would be written again
    }
  }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  const std::vector<std::string>& names() const { return m_names; }

private:
  git_repository* m_repository;
  std::vector<std::string> m_names;
};

void check(git_repository* repository, const std::vector<BranchPush>& pushes) {
  for (const BranchPush& push : pushes) {
    int valid = 0;
    const std::string name = std::string(k_heads) + push.branch;
    if (push.branch.find('\0') != std::string::npos ||
        git_reference_name_is_valid(&valid, name.c_str()) < 0 || valid == 0) {
      throw Error(ErrorKind::bad_input, "\"" + push.branch + "\" is no valid branch name");
    }
    git_oid id{};
    Commit commit;
    if (git_oid_fromstr(&id, push.commit.c_str()) < 0 ||
        git_commit_lookup(Out(commit), repository, &id) < 0) {
      throw git_error(ErrorKind::bad_input, "reading the commit to push", push.commit);
    }
  }
}

} // namespace

std::vector<std::string> push_branches(git_repository* repository, const GitRemote& remote,
                                       const GitFetchOptions& options,
                                       const std::vector<BranchPush>& pushes) {
  if (pushes.empty()) {
    return {};
  }
  check(repository, pushes);
  Pushing pushing{{remote, options, git_repository_path(repository)},
                  pushes,
                  std::vector<std::string>(pushes.size()),
                  false};
  const Remote there = remote_at(repository, remote.url);
  if (!there) {
    throw git_error(ErrorKind::unavailable, "pushing to", remote.url);
  }
  git_push_options settings{};
  if (git_push_options_init(&settings, GIT_PUSH_OPTIONS_VERSION) < 0) {
    throw git_error(ErrorKind::unavailable, "pushing to", remote.url);
  }
  settings.pb_parallelism = 1;
  settings.callbacks.transport = make_transport;
  settings.callbacks.push_negotiation = check_expectations;
  settings.callbacks.push_update_reference = note_status;
  settings.callbacks.payload = &pushing;
  const Outgoing outgoing(repository, pushes);
  std::vector<std::string> specs;
  for (std::size_t i = 0; i < pushes.size(); ++i) {
    // "+": a branch of ours is replaced by its new version; check_expectations stands before it.
    specs.push_back((pushes[i].expected.empty() ? "" : "+") + outgoing.names()[i] + ":" +
                    std::string(k_heads) + pushes[i].branch);
  }
  std::vector<char*> pointers;
  for (std::string& spec : specs) {
    pointers.push_back(spec.data());
  }
  const git_strarray refspecs = {pointers.data(), pointers.size()};
  const int code = git_remote_push(there.get(), &refspecs, &settings);
  if (pushing.http.problem()) {
    std::rethrow_exception(pushing.http.problem());
  }
  if (code < 0 && !pushing.surprised) {
    throw git_error(ErrorKind::unavailable, "pushing to", remote.url);
  }
  for (std::size_t i = 0; pushing.surprised && i < pushes.size(); ++i) {
    if (pushing.refusals[i].empty()) {
      pushing.refusals[i] = "nothing was sent, because of another branch";
    }
  }
  return pushing.refusals;
}

} // namespace leadline::git
