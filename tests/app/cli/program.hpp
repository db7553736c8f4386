#pragma once

#include <map>
#include <string>
#include <vector>

namespace leadline {

struct ProgramRun {
  int exit_code = -1; // 128 + N when signal N ended it
  std::string out;
  std::string err;
};

// Runs a program (args[0], by path or by name) without a shell and without a terminal.
// `environment` is added to an environment of PATH, HOME and LC_ALL only.
ProgramRun run_program(const std::vector<std::string>& args, const std::string& input = "",
                       const std::map<std::string, std::string>& environment = {});

// The shipped program with these arguments.
ProgramRun run_leadline(const std::vector<std::string>& args, const std::string& input = "",
                        const std::map<std::string, std::string>& environment = {});

// A fresh folder, removed with its contents at the end.
class TemporaryFolder {
public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return m_path; }
  // Writes a file in it, folders included, and returns its path.
  std::string write(const std::string& name, const std::string& bytes) const;

private:
  std::string m_path;
};

} // namespace leadline
