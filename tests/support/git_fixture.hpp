#pragma once

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::test {

using TempFolder = tests::TemporaryFolder;

struct ProcessResult {
  int exit_code = 0;
  std::string output; // stdout, any bytes
};

// Runs a program (found in PATH) without a shell; stderr goes to ours. `input` becomes its stdin.
ProcessResult run_program(const std::vector<std::string>& arguments, std::string_view input = {});

// git without anyone's configuration, with a fixed author and a clock that each commit moves by a
// minute.
class GitFixture {
public:
  enum class Kind { work_tree, bare };

  // `git init` in `folder`, which must not hold a repository yet; branch "main".
  explicit GitFixture(std::filesystem::path folder, Kind kind = Kind::work_tree);

  const std::filesystem::path& path() const { return m_path; }

  // stdout of `git -C PATH ARGUMENTS`; throws std::runtime_error when git fails.
  std::string git(const std::vector<std::string>& arguments, std::string_view input = {}) const;
  // The first line of it, for ids.
  std::string git_line(const std::vector<std::string>& arguments) const;

  // Files of the work tree; folders are made.
  void write(const std::string& path, std::string_view bytes) const;
  void remove(const std::string& path) const;
  std::string read(const std::string& path) const;

  // Adds everything and commits; the full id.
  std::string commit(const std::string& message = "change");

private:
  std::filesystem::path m_path;
  long m_time = 1'700'000'000;
};

} // namespace leadline::test
