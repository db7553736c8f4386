#include "app/git/attributes.hpp"

#include <git2.h>
#include <git2/sys/config.h>
#include <git2/sys/repository.h>

namespace leadline::git {
namespace {

using Config = Handle<git_config, git_config_free>;
using Database = Handle<git_odb, git_odb_free>;

} // namespace

Attributes::Attributes(git_repository* repository, const std::string& commit) {
  if (commit == k_empty_tree) {
    return;
  }
  // libgit2 looks into the work tree or the index before the commit; a repository that is only an
  // object database has neither.
  Database database;
  Config config;
  if (git_repository_odb(Out(database), repository) < 0 || git_config_new(Out(config)) < 0) {
    throw git_error(ErrorKind::unavailable, "reading attributes of commit", commit);
  }
  if (git_repository_wrap_odb(Out(m_repository), database.get()) < 0) {
    throw git_error(ErrorKind::unavailable, "reading attributes of commit", commit);
  }
  if (git_repository_set_config(m_repository.get(), config.get()) < 0) {
    throw git_error(ErrorKind::unavailable, "reading attributes of commit", commit);
  }
  m_commit = commit;
}

std::optional<bool> Attributes::flag(const std::string& path, const char* name) const {
  if (m_commit.empty()) {
    return std::nullopt;
  }
  git_attr_options options = GIT_ATTR_OPTIONS_INIT;
  options.flags =
      GIT_ATTR_CHECK_INDEX_ONLY | GIT_ATTR_CHECK_NO_SYSTEM | GIT_ATTR_CHECK_INCLUDE_COMMIT;
  if (git_oid_fromstr(&options.attr_commit_id, m_commit.c_str()) < 0) {
    throw git_error(ErrorKind::bad_input, "reading attributes of commit", m_commit);
  }
  const char* value = nullptr;
  if (git_attr_get_ext(&value, m_repository.get(), &options, path.c_str(), name) < 0) {
    throw git_error(ErrorKind::not_found, "reading attributes of", path);
  }
  switch (git_attr_value(value)) {
  case GIT_ATTR_VALUE_TRUE:
    return true;
  case GIT_ATTR_VALUE_FALSE:
    return false;
  case GIT_ATTR_VALUE_STRING: {
    const std::string_view text = value;
    return text == "true"    ? std::optional(true)
           : text == "false" ? std::optional(false)
                             : std::nullopt;
  }
  case GIT_ATTR_VALUE_UNSPECIFIED:
    break;
  }
  return std::nullopt;
}

PathMarks Attributes::marks(const std::string& path) const {
  return {flag(path, "linguist-generated"), flag(path, "linguist-vendored")};
}

std::optional<bool> Attributes::diff_as_text(const std::string& path) const {
  return flag(path, "diff");
}

} // namespace leadline::git
