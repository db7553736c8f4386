#include "app/git/objects.hpp"

#include <fmt/format.h>
#include <git2.h>

namespace leadline::git {
namespace {

using Commit = Handle<git_commit, git_commit_free>;
using Database = Handle<git_odb, git_odb_free>;

} // namespace

std::string_view Content::bytes() const {
  return blob == nullptr
             ? std::string_view(text)
             : std::string_view(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                                static_cast<std::size_t>(git_blob_rawsize(blob.get())));
}

bool Content::binary() const {
  constexpr std::size_t k_looked_at =
      8000; // gitattributes(5), "Marking files as binary"; git's first_few_bytes
  return bytes().substr(0, k_looked_at).find('\0') != std::string_view::npos;
}

std::optional<std::size_t> blob_size(git_repository* repository, const std::string& id) {
  git_oid oid;
  Database database;
  if (git_oid_fromstr(&oid, id.c_str()) < 0 || git_repository_odb(Out(database), repository) < 0) {
    return std::nullopt;
  }
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (git_odb_read_header(&size, &type, database.get(), &oid) < 0 || type != GIT_OBJECT_BLOB) {
    return std::nullopt;
  }
  return size;
}

Content load_content(git_repository* repository, const std::string& id, bool submodule,
                     std::size_t max_bytes) {
  Content content;
  if (id.empty()) {
    return content;
  }
  if (submodule) {
    content.text = "Subproject commit " + id + "\n";
    return content;
  }
  git_oid oid;
  const std::optional<std::size_t> size = blob_size(repository, id);
  if (size && *size > max_bytes) {
    content.problem = Content::Problem::too_large;
    content.why = fmt::format("file has {} bytes, more than {}", *size, max_bytes);
  } else if (!size || git_oid_fromstr(&oid, id.c_str()) < 0 ||
             git_blob_lookup(Out(content.blob), repository, &oid) < 0) {
    content.problem = Content::Problem::missing;
    content.why = "object " + id + " is missing or broken";
  }
  return content;
}

Tree root_tree(git_repository* repository, const std::string& id) {
  if (id == k_empty_tree) {
    return nullptr;
  }
  git_oid oid;
  Commit commit;
  Tree tree;
  if (git_oid_fromstr(&oid, id.c_str()) < 0 ||
      git_commit_lookup(Out(commit), repository, &oid) < 0) {
    throw git_error(ErrorKind::not_found, "reading commit", id);
  }
  if (git_commit_tree(Out(tree), commit.get()) < 0) {
    throw git_error(ErrorKind::not_found, "reading the tree of commit", id);
  }
  return tree;
}

} // namespace leadline::git
