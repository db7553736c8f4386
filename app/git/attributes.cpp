#include "app/git/attributes.hpp"

#include "app/git/objects.hpp"

#include <git2.h>
#include <git2/sys/config.h>
#include <git2/sys/repository.h>

namespace leadline::git {
namespace {

using Config = Handle<git_config, git_config_free>;
using Entry = Handle<git_tree_entry, git_tree_entry_free>;
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
  m_tree = root_tree(m_repository.get(), commit);
}

// libgit2 reads every folder on the way to `path` anew for every question; most have no rules.
bool Attributes::has_rules(const std::string& path) const {
  for (std::size_t at = 0; at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string_view folder = std::string_view(path).substr(0, at);
    auto known = m_folders.find(folder);
    if (known == m_folders.end()) {
      const std::string file = std::string(folder) + (folder.empty() ? "" : "/") + ".gitattributes";
      Entry entry;
      const bool found = git_tree_entry_bypath(Out(entry), m_tree.get(), file.c_str()) == 0;
      known = m_folders.emplace(folder, found).first;
    }
    if (known->second) {
      return true;
    }
  }
  return false;
}

std::optional<bool> Attributes::flag(const std::string& path, const char* name) const {
  if (m_commit.empty() || !has_rules(path)) {
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
    return std::nullopt; // rules that cannot be read hide nothing
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
