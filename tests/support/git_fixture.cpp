#include "tests/support/git_fixture.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace leadline::test {
namespace {

std::runtime_error system_error(const std::string& what) {
  return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

} // namespace

ProcessResult run_program(const std::vector<std::string>& arguments, std::string_view input) {
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    throw system_error("pipe");
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) {
    argv.push_back(const_cast<char*>(argument.c_str()));
  }
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) {
    throw system_error("fork");
  }
  if (child == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  std::thread writer([&] {
    while (!input.empty()) {
      const ssize_t written = write(in[1], input.data(), input.size());
      if (written <= 0) {
        break;
      }
      input.remove_prefix(static_cast<std::size_t>(written));
    }
    close(in[1]);
  });
  ProcessResult result;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = read(out[0], buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      break;
    }
    result.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  writer.join();
  close(out[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

GitFixture::GitFixture(std::filesystem::path folder, Kind kind) : m_path(std::move(folder)) {
  std::filesystem::create_directories(m_path);
  std::vector<std::string> init = {"init", "-q", "-b", "main"};
  if (kind == Kind::bare) {
    init.push_back("--bare");
  }
  git(init);
}

std::string GitFixture::git(const std::vector<std::string>& arguments,
                            std::string_view input) const {
  const std::string date = std::to_string(m_time) + " +0000";
  std::vector<std::string> command = {"env",
                                      "-u",
                                      "GIT_DIR",
                                      "-u",
                                      "GIT_WORK_TREE",
                                      "-u",
                                      "GIT_INDEX_FILE",
                                      "LC_ALL=C",
                                      "HOME=/nonexistent",
                                      "GIT_CONFIG_GLOBAL=/dev/null",
                                      "GIT_CONFIG_NOSYSTEM=1",
                                      "GIT_AUTHOR_NAME=A U Thor",
                                      "GIT_AUTHOR_EMAIL=author@example.com",
                                      "GIT_AUTHOR_DATE=" + date,
                                      "GIT_COMMITTER_NAME=C O Mitter",
                                      "GIT_COMMITTER_EMAIL=committer@example.com",
                                      "GIT_COMMITTER_DATE=" + date,
                                      "git",
                                      "-c",
                                      "core.autocrlf=false",
                                      "-C",
                                      m_path.string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  ProcessResult result = run_program(command, input);
  if (result.exit_code != 0) {
    std::string message = "git";
    for (const std::string& argument : arguments) {
      message += " " + argument;
    }
    throw std::runtime_error(message + ": exit " + std::to_string(result.exit_code));
  }
  return std::move(result.output);
}

std::string GitFixture::git_line(const std::vector<std::string>& arguments) const {
  const std::string output = git(arguments);
  return output.substr(0, output.find('\n'));
}

void GitFixture::write(const std::string& path, std::string_view bytes) const {
  const std::filesystem::path file = m_path / path;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream.flush()) {
    throw std::runtime_error("writing " + file.string());
  }
}

void GitFixture::remove(const std::string& path) const {
  std::filesystem::remove_all(m_path / path);
}

std::string GitFixture::read(const std::string& path) const {
  std::ifstream stream(m_path / path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

std::string GitFixture::commit(const std::string& message) {
  m_time += 60;
  git({"add", "-A"});
  git({"commit", "-q", "--allow-empty", "-m", message});
  return git_line({"rev-parse", "HEAD"});
}

} // namespace leadline::test
