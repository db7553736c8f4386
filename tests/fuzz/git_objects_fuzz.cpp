#include "app/git/attributes.hpp"
#include "app/git/file_diff.hpp"
#include "app/git/renames.hpp"
#include "app/git/tree_changes.hpp"
#include "base/error.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/repository.h>

namespace {

using namespace leadline;
using Database = Handle<git_odb, git_odb_free>;

// Takes bytes from the front; zeros when there are none left.
class Bytes {
public:
  Bytes(const std::uint8_t* data, std::size_t size) : m_data(data), m_left(size) {}
  bool empty() const { return m_left == 0; }
  std::uint8_t next() {
    if (m_left == 0) {
      return 0;
    }
    --m_left;
    return *m_data++;
  }
  std::string some(std::size_t count) {
    std::string text;
    while (count-- > 0 && !empty()) {
      text += static_cast<char>(next());
    }
    return text;
  }

private:
  const std::uint8_t* m_data;
  std::size_t m_left;
};

void require(int code) {
  if (code < 0) {
    std::abort();
  }
}

git_oid write(git_odb* database, const std::string& bytes, git_object_t type) {
  git_oid id{};
  require(git_odb_write(&id, database, bytes.data(), bytes.size(), type));
  return id;
}

// Entries of any mode and name that point to any object before this one.
std::string tree_of(Bytes& bytes, const std::vector<git_oid>& objects) {
  static constexpr std::array<const char*, 8> k_modes = {"100644", "100755", "40000", "120000",
                                                         "160000", "100664", "0",     "77777777"};
  std::string entries;
  for (int count = bytes.next() % 8; count > 0; --count) {
    entries += k_modes[bytes.next() % k_modes.size()] + std::string(" ");
    entries += bytes.some(bytes.next() % 12) + '\0';
    git_oid id{};
    if (!objects.empty()) {
      id = objects[bytes.next() % objects.size()];
    }
    entries.append(reinterpret_cast<const char*>(id.id), sizeof id.id);
  }
  return entries;
}

git::Tree last_tree(git_repository* repository, const std::vector<git_oid>& trees,
                    std::size_t from_end) {
  git::Tree tree;
  if (trees.size() >= from_end) {
    git_tree_lookup(Out(tree), repository, &trees[trees.size() - from_end]);
  }
  return tree;
}

} // namespace

// Any objects that a push may bring; the last two trees are compared as a pull request's are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  git::start_libgit2();
  Database database;
  git_odb_backend* backend = nullptr;
  git::Repository repository;
  require(git_odb_new(Out(database)));
  require(git_mempack_new(&backend));
  require(git_odb_add_backend(database.get(), backend, 999));
  require(git_repository_wrap_odb(Out(repository), database.get()));
  Bytes bytes(data, size);
  std::vector<git_oid> objects;
  std::vector<git_oid> trees;
  while (!bytes.empty() && objects.size() < 24) {
    const int kind = bytes.next() % 4;
    if (kind == 0) {
      objects.push_back(write(database.get(), bytes.some(bytes.next()), GIT_OBJECT_BLOB));
      continue;
    }
    const std::string tree = kind == 1 ? bytes.some(bytes.next()) : tree_of(bytes, objects);
    objects.push_back(write(database.get(), tree, GIT_OBJECT_TREE));
    trees.push_back(objects.back());
  }
  DiffLimits limits;
  limits.max_files = 200;
  limits.max_diff_lines = 5000;
  limits.max_file_bytes = 200;
  try {
    const git::Tree old_tree = last_tree(repository.get(), trees, 2);
    const git::Tree new_tree = last_tree(repository.get(), trees, 1);
    ChangeSet changes;
    const git::Attributes attributes(repository.get(), std::string(git::k_empty_tree));
    const auto found =
        git::find_renames(repository.get(),
                          git::tree_changes(repository.get(), old_tree.get(), new_tree.get(),
                                            limits.max_files, changes.skipped),
                          attributes, limits.max_file_bytes);
    git::FileDiffer differ(repository.get(), attributes, limits, changes);
    for (const git::TreeChange& change : found) {
      differ.append(change);
    }
  } catch (const Error&) {
  }
  return 0;
}
