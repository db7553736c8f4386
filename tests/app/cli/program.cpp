#include "tests/app/cli/program.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadline {
namespace {

namespace fs = std::filesystem;

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> made;
  for (std::string& text : texts) {
    made.push_back(text.data());
  }
  made.push_back(nullptr);
  return made;
}

void redirect(const std::string& path, int flags, int target) {
  const int file = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0 || dup2(file, target) < 0) {
    _exit(126);
  }
}

} // namespace

ProgramRun run_program(const std::vector<std::string>& args, const std::string& input,
                       const std::map<std::string, std::string>& environment) {
  const TemporaryFolder folder;
  const std::string in = folder.write("in", input);
  const std::string out = folder.write("out", "");
  const std::string err = folder.write("err", "");
  std::vector<std::string> words = args;
  std::vector<std::string> variables = {"LC_ALL=C.UTF-8"};
  for (const char* name : {"PATH", "HOME", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      variables.push_back(std::string(name) + "=" + value);
    }
  }
  for (const auto& [name, value] : environment) {
    variables.push_back(name + "=" + value);
  }
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const pid_t child = fork();
  if (child < 0) {
    throw std::runtime_error("fork");
  }
  if (child == 0) {
    redirect(in, O_RDONLY, STDIN_FILENO);
    redirect(out, O_WRONLY, STDOUT_FILENO);
    redirect(err, O_WRONLY, STDERR_FILENO);
    execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ProgramRun run;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = read_file(out);
  run.err = read_file(err);
  return run;
}

ProgramRun run_leadline(const std::vector<std::string>& args, const std::string& input,
                        const std::map<std::string, std::string>& environment) {
  std::vector<std::string> words = {LEADLINE_PROGRAM};
  words.insert(words.end(), args.begin(), args.end());
  return run_program(words, input, environment);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "leadline-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    throw std::runtime_error("mkdtemp");
  }
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(m_path, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& bytes) const {
  const fs::path path = fs::path(m_path) / name;
  fs::create_directories(path.parent_path());
  std::ofstream stream(path, std::ios::binary);
  stream << bytes;
  if (!stream.flush()) {
    throw std::runtime_error("writing " + path.string());
  }
  return path.string();
}

} // namespace leadline
