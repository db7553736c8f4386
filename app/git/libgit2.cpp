#include "app/git/libgit2.hpp"

#include "app/git/libgit2_memory.hpp"
#include "base/text.hpp"

#include <stdexcept>

#include <fmt/format.h>
#include <git2.h>

namespace leadline::git {
namespace {

bool start() {
  count_libgit2_memory();
  if (git_libgit2_init() < 0) {
    throw std::runtime_error("libgit2 does not start");
  }
  for (const int level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                          GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
    if (git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "") < 0) {
      throw std::runtime_error("libgit2 keeps its search path of configuration");
    }
  }
  // A tree of more than 4 KiB is not cached by default, and paths are looked up through it again
  // and again.
  constexpr std::size_t k_max_cached_tree = 1024UL * 1024;
  if (git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, k_max_cached_tree) < 0) {
    throw std::runtime_error("libgit2 keeps its limit of cached trees");
  }
  // A pack says at its start how many objects it holds, and room is made for all of them at once.
  // The largest histories of the world have some ten million
  // (https://libgit2.org/libgit2/#HEAD/group/libgit2/git_libgit2_opts).
  constexpr std::size_t k_max_pack_objects = 50'000'000;
  if (git_libgit2_opts(GIT_OPT_SET_PACK_MAX_OBJECTS, k_max_pack_objects) < 0) {
    throw std::runtime_error("libgit2 keeps its limit of objects in a pack");
  }
  if (git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) < 0) {
    throw std::runtime_error("libgit2 keeps its owner validation");
  }
  return true;
}

} // namespace

void start_libgit2() {
  static const bool started = start();
  static_cast<void>(started);
}

Repository open_repository(const std::string& path) {
  start_libgit2();
  Repository repository;
  if (path.empty() || git_repository_open_ext(Out(repository), path.c_str(), 0, nullptr) < 0) {
    throw git_error(ErrorKind::bad_input, "not a git repository", path);
  }
  return repository;
}

std::string hex(const git_oid& id) {
  std::string text(GIT_OID_HEXSZ, '0');
  git_oid_fmt(text.data(), &id);
  return text;
}

Error git_error(ErrorKind kind, std::string_view doing, std::string_view name) {
  const ::git_error* last = git_error_last();
  const std::string_view reason =
      last != nullptr && last->message != nullptr ? last->message : "unknown reason";
  return Error(kind, fmt::format("{}: {}: {}", doing, to_valid_utf8(name), to_valid_utf8(reason)));
}

} // namespace leadline::git
