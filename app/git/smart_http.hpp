#pragma once

#include "app/git/cache.hpp"
#include "app/github/transport.hpp"
#include "base/handle.hpp"

#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>

extern "C" {
struct git_indexer_progress;
struct git_remote;
struct git_repository;
struct git_transport;
void git_remote_free(git_remote*);
}

namespace leadline::git {

using Remote = Handle<git_remote, git_remote_free>;

// The other side at `url`, whatever the repository's configuration has to say of such an address
// (url.*.insteadOf would send a token elsewhere; and libgit2 1.5 leaks 20 KB for each entry that it
// looks through for one). Null when libgit2 refuses.
Remote remote_at(git_repository* repository, const std::string& url);

// git's smart HTTP protocol (https://git-scm.com/docs/http-protocol) below libgit2's fetch and
// push, in place of libgit2's own HTTP: that one has no timeouts in 1.5, hides the status of a
// refusal and offers the token to the host of a redirect. Answers are spooled to an unnamed file in
// `folder`. One fetch or push by one thread.
class SmartHttp {
public:
  // Throws Error(bad_input) for a URL that is none, has credentials, or would send a token in the
  // clear.
  SmartHttp(const GitRemote& remote, const GitFetchOptions& options, std::string folder);
  ~SmartHttp();
  SmartHttp(const SmartHttp&) = delete;
  SmartHttp& operator=(const SmartHttp&) = delete;

  // git_remote_callbacks::transport, with the SmartHttp as its payload.
  static int make_transport(git_transport** out, git_remote* owner, void* self);

  // git_remote_callbacks::transfer_progress: ends an unpacking that takes too long.
  static int check_time(const git_indexer_progress* progress, void* self);

  // Asks git-upload-pack without libgit2, which speaks version 0 of the protocol only: what the
  // other side says to `request` in version 2 (https://git-scm.com/docs/protocol-v2), or first,
  // without one, of itself - in version 0 where it knows no other. `read` gets the whole answer.
  // Throws Error as a fetch does.
  void ask_version_2(const std::string* request, const std::function<void(std::FILE*)>& read);

  // What went wrong while libgit2 was calling; libgit2 itself only learns that something did. Null:
  // nothing.
  std::exception_ptr problem() const;

  struct Connection; // the part behind C callbacks

private:
  std::unique_ptr<Connection> m_connection;
};

} // namespace leadline::git
