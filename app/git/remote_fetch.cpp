#include "app/git/remote_fetch.hpp"

#include "app/git/libgit2_memory.hpp"
#include "app/git/smart_http.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <fmt/format.h>
#include <git2.h>

namespace leadline::git {
namespace {

using Commit = Handle<git_commit, git_commit_free>;
using Reference = Handle<git_reference, git_reference_free>;
using References = Handle<git_reference_iterator, git_reference_iterator_free>;

constexpr const char* k_kept =
    "refs/leadline/want/"; // TIME-ID: commits asked for, oldest first by name
constexpr const char* k_heads = "refs/leadline/heads/"; // all branches, for the length of one fetch

bool is_id(std::string_view want) {
  return want.size() == GIT_OID_HEXSZ && std::all_of(want.begin(), want.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

git_oid oid_of(const std::string& id) {
  git_oid oid{};
  if (git_oid_fromstr(&oid, id.c_str()) < 0) {
    throw git_error(ErrorKind::bad_input, "reading object id", id);
  }
  return oid;
}

enum class State { present, missing, broken };

State state_of(git_repository* repository, const std::string& id) {
  const git_oid oid = oid_of(id);
  Commit commit;
  Tree tree;
  const int code = git_commit_lookup(Out(commit), repository, &oid);
  if (code == GIT_ENOTFOUND) {
    return State::missing;
  }
  return code == 0 && git_commit_tree(Out(tree), commit.get()) == 0 ? State::present
                                                                    : State::broken;
}

// Whether the ids are there with the history that joins them.
State state_of_all(git_repository* repository, const std::vector<std::string>& ids) {
  State worst = State::present;
  for (const std::string& id : ids) {
    const State state = state_of(repository, id);
    worst = state == State::present ? worst : state;
    if (state == State::broken) {
      return state;
    }
  }
  for (std::size_t i = 1; worst == State::present && i < ids.size(); ++i) {
    git_oid base{};
    const git_oid left = oid_of(ids[0]);
    const git_oid right = oid_of(ids[i]);
    const int code = git_merge_base(&base, repository, &left, &right);
    // ENOTFOUND is both "no common history" and a commit that is missing on the way; only the
    // latter is of the object database.
    const ::git_error* last = git_error_last();
    if (code < 0 && (code != GIT_ENOTFOUND || (last != nullptr && last->klass == GIT_ERROR_ODB))) {
      return State::broken;
    }
  }
  return worst;
}

std::vector<std::string> names_below(git_repository* repository, const std::string& prefix) {
  References iterator;
  std::vector<std::string> names;
  if (git_reference_iterator_glob_new(Out(iterator), repository, (prefix + "*").c_str()) == 0) {
    const char* name = nullptr;
    while (git_reference_next_name(&name, iterator.get()) == 0) {
      names.emplace_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

void drop(git_repository* repository, const std::string& name) {
  if (git_reference_remove(repository, name.c_str()) < 0) {
    throw git_error(ErrorKind::unavailable, "deleting", name);
  }
}

class Fetch {
public:
  Fetch(git_repository* repository, const GitRemote& remote, const GitFetchOptions& options)
      : m_repository(repository), m_remote(remote), m_options(options) {}

  enum class Outcome {
    done,
    refused,
    broken
  }; // refused: the other side does not give what was asked for

  // Asks for refs by name, and for ids by the ref that points at them, else by id.
  Outcome ask(const std::vector<std::string>& refs, const std::vector<std::string>& ids) {
    return run(
        [&](const std::map<std::string, std::string>& by_id, const std::set<std::string>& names) {
          std::vector<std::string> specs = named(refs, names);
          for (const std::string& id : ids) {
            const auto at = by_id.find(id);
            specs.push_back("+" + (at == by_id.end() ? id : at->second) + ":" + kept_name(id));
          }
          return specs;
        });
  }

  // Asks for everything that branches reach.
  Outcome ask_for_branches() {
    return run([&](const auto&, const auto&) {
      return std::vector<std::string>{std::string("+refs/heads/*:") + k_heads + "*"};
    });
  }

  std::string kept_name(const std::string& id) const {
    return fmt::format("{}{:012}-{}", k_kept, m_now, id);
  }

private:
  static std::vector<std::string> named(const std::vector<std::string>& refs,
                                        const std::set<std::string>& there) {
    std::vector<std::string> specs;
    for (const std::string& ref : refs) {
      if (there.count(ref) == 0) {
        throw Error(ErrorKind::bad_input, "the remote has no " + ref);
      }
      specs.push_back("+" + ref + ":" + ref);
    }
    return specs;
  }

  template <typename Plan>
  Outcome run(Plan plan) {
    SmartHttp http(m_remote, m_options, git_repository_path(m_repository)); // refuses a bad URL
    const Libgit2Memory memory(m_options.max_memory_bytes);
    const Remote remote = remote_at(m_repository, m_remote.url);
    if (!remote) {
      return Outcome::broken;
    }
    git_fetch_options options{};
    if (git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION) < 0) {
      throw git_error(ErrorKind::unavailable, "fetching", m_remote.url);
    }
    options.callbacks.transport = SmartHttp::make_transport;
    options.callbacks.transfer_progress = SmartHttp::check_time;
    options.callbacks.payload = &http;
    options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
    options.update_fetchhead = 0;
    int code =
        git_remote_connect(remote.get(), GIT_DIRECTION_FETCH, &options.callbacks, nullptr, nullptr);
    const git_remote_head** heads = nullptr;
    std::size_t count = 0;
    if (code == 0) {
      code = git_remote_ls(&heads, &count, remote.get());
    }
    if (code == 0) {
      std::map<std::string, std::string> by_id;
      std::set<std::string> names;
      for (std::size_t i = 0; i < count; ++i) {
        const std::string name = heads[i]->name;
        if (name.rfind("refs/", 0) == 0 &&
            (name.size() < 3 || name.substr(name.size() - 3) != "^{}")) {
          names.insert(name);
          by_id.emplace(git_oid_tostr_s(&heads[i]->oid), name);
        }
      }
      std::vector<std::string> specs = plan(by_id, names);
      std::vector<char*> pointers;
      for (std::string& spec : specs) {
        pointers.push_back(spec.data());
      }
      const git_strarray refspecs = {pointers.data(), pointers.size()};
      code = git_remote_fetch(remote.get(), &refspecs, &options, nullptr);
    }
    if (http.problem()) {
      std::rethrow_exception(http.problem());
    }
    if (code != 0 && memory.is_passed()) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("fetching {}: it takes more than {} MiB of memory", m_remote.url,
                              m_options.max_memory_bytes / (1024 * 1024)));
    }
    if (code == 0) {
      return Outcome::done;
    }
    const ::git_error* last = git_error_last();
    const int kind = last == nullptr ? GIT_ERROR_NONE : last->klass;
    // INVALID: the remote does not offer to give ids.
    const bool refused =
        kind == GIT_ERROR_NET || kind == GIT_ERROR_HTTP || kind == GIT_ERROR_INVALID;
    return refused ? Outcome::refused : Outcome::broken;
  }

  git_repository* m_repository;
  const GitRemote& m_remote;
  const GitFetchOptions& m_options;
  long long m_now = std::chrono::duration_cast<std::chrono::seconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
};

// Names what is kept for the next negotiation and lets go of the rest.
void tidy(git_repository* repository, const Fetch& fetch, const std::vector<std::string>& refs,
          const std::vector<std::string>& ids, std::size_t max_refs) {
  for (const std::string& id : ids) {
    Reference kept;
    const git_oid oid = oid_of(id);
    if (git_reference_create(Out(kept), repository, fetch.kept_name(id).c_str(), &oid, 1, nullptr) <
        0) {
      throw git_error(ErrorKind::unavailable, "keeping", id);
    }
  }
  for (const std::string& name : names_below(repository, k_heads)) {
    drop(repository, name);
  }
  const std::vector<std::string> kept = names_below(repository, k_kept);
  for (std::size_t i = 0; i + max_refs < kept.size(); ++i) {
    drop(repository, kept[i]);
  }
  const std::vector<std::string> pulls = names_below(repository, "refs/pull/");
  if (pulls.size() > max_refs) {
    for (const std::string& name : pulls) {
      if (std::find(refs.begin(), refs.end(), name) == refs.end()) {
        drop(repository, name);
      }
    }
  }
}

std::vector<std::string> missing(git_repository* repository, const std::vector<std::string>& ids) {
  std::vector<std::string> absent;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(absent),
               [&](const std::string& id) { return state_of(repository, id) == State::missing; });
  return absent;
}

} // namespace

void check_wants(const std::vector<std::string>& wants) {
  for (const std::string& want : wants) {
    int valid = 0;
    const bool ref = want.rfind("refs/", 0) == 0 && want.find('\0') == std::string::npos &&
                     git_reference_name_is_valid(&valid, want.c_str()) == 0 && valid == 1 &&
                     want.rfind("refs/leadline/", 0) != 0;
    if (!ref && !is_id(want)) {
      throw Error(ErrorKind::bad_input,
                  "\"" + to_valid_utf8(want) + "\" is neither a full commit id nor a ref name");
    }
  }
}

bool fetch_missing(git_repository* repository, const GitRemote& remote,
                   const GitFetchOptions& options, const std::vector<std::string>& wants,
                   const std::function<void()>& before_asking) {
  std::vector<std::string> refs;
  std::vector<std::string> ids;
  for (const std::string& want : wants) {
    (is_id(want) ? ids : refs).push_back(want);
  }
  const State before = state_of_all(repository, ids);
  if (before == State::broken) {
    return false;
  }
  if (refs.empty() && before == State::present) {
    return true;
  }
  before_asking();
  Fetch fetch(repository, remote, options);
  const Fetch::Outcome outcome = fetch.ask(refs, missing(repository, ids));
  if (outcome == Fetch::Outcome::broken) {
    return false;
  }
  // A server that gives no ids (uploadpack.allow*SHA1InWant, git-config(1)), or has lost one.
  if (outcome == Fetch::Outcome::refused && !refs.empty() &&
      fetch.ask(refs, {}) != Fetch::Outcome::done) {
    throw git_error(ErrorKind::unavailable, "fetching", remote.url);
  }
  if (!missing(repository, ids).empty() && fetch.ask_for_branches() == Fetch::Outcome::broken) {
    return false;
  }
  if (const std::vector<std::string> absent = missing(repository, ids); !absent.empty()) {
    throw Error(ErrorKind::bad_input,
                "the remote " + remote.url + " has no commit " + absent.front());
  }
  tidy(repository, fetch, refs, ids, options.max_refs);
  return state_of_all(repository, ids) == State::present;
}

} // namespace leadline::git
