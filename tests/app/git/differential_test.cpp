#include "analyzers/diff/unified_diff.hpp"
#include "app/git/repository.hpp"
#include "tests/app/git/agreement.hpp"
#include "tests/support/git_fixture.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <set>

#include <unistd.h>

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::test;

namespace {

const std::vector<std::string> k_git_diff = {"-c", "core.quotePath=true", "diff", "--full-index",
                                             "--find-renames"};

std::string git_diff(const GitFixture& fixture, const std::string& from, const std::string& to) {
  std::vector<std::string> command = k_git_diff;
  command.push_back(from);
  command.push_back(to);
  return fixture.git(command);
}

// A work tree that changes at random: every kind of change that git knows, at small sizes so that
// ties and limits of rename detection are met.
class RandomTree {
public:
  RandomTree(const GitFixture& fixture, unsigned seed) : m_fixture(fixture), m_random(seed) {}

  void grow() {
    for (int i = 0; i < 30; ++i) {
      add();
    }
  }

  void change() {
    const int steps = 1 + number(12);
    for (int i = 0; i < steps; ++i) {
      step();
    }
  }

private:
  int number(int below) { return static_cast<int>(m_random() % static_cast<unsigned>(below)); }

  std::string line() {
    static const std::vector<std::string> words = {
        "max_client_conn = ", "  replicas: ", "func run(", "}",         "\tif (x) {", "", "# note ",
        "[section ",          "$var = ",      "_private ", "\xC3\xA4 ", "\xFF\xFE "};
    std::string text = words[static_cast<std::size_t>(number(static_cast<int>(words.size())))];
    if (number(3) != 0) {
      text += std::to_string(number(20));
    }
    if (number(40) == 0) {
      text += std::string(static_cast<std::size_t>(number(200)), 'x');
    }
    return text + (number(15) == 0 ? "\r\n" : "\n");
  }

  std::string content() {
    if (number(12) == 0) {
      return "";
    }
    std::string text;
    const int lines = 1 + number(number(4) == 0 ? 120 : 25);
    for (int i = 0; i < lines; ++i) {
      text += line();
    }
    if (number(8) == 0) {
      text.pop_back();
    }
    if (number(14) == 0) {
      text.insert(static_cast<std::size_t>(number(static_cast<int>(text.size()) + 1)), 1, '\0');
    }
    return text;
  }

  std::string path() {
    static const std::vector<std::string> folders = {"", "a/", "a/b/", "deploy/prod/",
                                                     "with space/"};
    static const std::vector<std::string> names = {"pool.ini", "values.yaml", "main.go",
                                                   "x y",      "t\tq\"",      "\xC3\xBC.txt",
                                                   "b\xFFyte", "README",      "a.b"};
    const std::string folder =
        folders[static_cast<std::size_t>(number(static_cast<int>(folders.size())))];
    const std::string name =
        names[static_cast<std::size_t>(number(static_cast<int>(names.size())))];
    return folder + (number(3) == 0 ? std::to_string(number(30)) : "") + name;
  }

  void add() {
    const std::string name = path();
    if (m_files.insert(name).second) {
      m_fixture.write(name, content());
    }
  }

  std::string any() {
    auto at = m_files.begin();
    std::advance(at, number(static_cast<int>(m_files.size())));
    return *at;
  }

  std::filesystem::path full(const std::string& name) const { return m_fixture.path() / name; }
  bool regular(const std::string& name) const {
    return std::filesystem::is_regular_file(std::filesystem::symlink_status(full(name)));
  }

  // Some lines taken out, put in, moved.
  std::string edited(std::string text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
      lines.push_back(text.substr(at, end + 1 - at));
      at = end + 1;
    }
    const int edits = 1 + number(number(3) == 0 ? 25 : 4);
    for (int i = 0; i < edits; ++i) {
      const auto at = lines.begin() + number(static_cast<int>(lines.size()) + 1);
      switch (number(3)) {
      case 0:
        lines.insert(at, line());
        break;
      case 1:
        if (at != lines.end()) {
          lines.erase(at);
        }
        break;
      default:
        if (at != lines.end()) {
          *at = line();
        }
      }
    }
    std::string joined;
    for (const std::string& piece : lines) {
      joined += piece;
    }
    return joined;
  }

  void step() {
    if (m_files.size() < 5) {
      add();
      return;
    }
    const std::string name = any();
    switch (number(12)) {
    case 0:
      add();
      break;
    case 1:
      m_fixture.remove(name);
      m_files.erase(name);
      break;
    case 2:
    case 3: { // moved, with or without edits
      const std::string to = path();
      if (!regular(name) || !m_files.insert(to).second) {
        break;
      }
      const std::string text = m_fixture.read(name);
      m_fixture.remove(name);
      m_files.erase(name);
      m_fixture.write(to, number(2) == 0 ? text : edited(text));
      break;
    }
    case 4: // mode
      if (regular(name)) {
        std::filesystem::permissions(full(name), std::filesystem::perms::owner_exec,
                                     number(2) == 0 ? std::filesystem::perm_options::add
                                                    : std::filesystem::perm_options::remove);
      }
      break;
    case 5: { // a link in its place
      m_fixture.remove(name);
      std::filesystem::create_symlink(number(2) == 0 ? "README" : "a/b", full(name));
      break;
    }
    case 6: // something else in its place
      m_fixture.remove(name);
      m_fixture.write(name, content());
      break;
    case 7: { // copied: added, the old one stays
      const std::string to = path();
      if (regular(name) && m_files.insert(to).second) {
        m_fixture.write(to, m_fixture.read(name));
      }
      break;
    }
    default:
      if (regular(name)) {
        m_fixture.write(name, edited(m_fixture.read(name)));
      }
    }
  }

  const GitFixture& m_fixture;
  std::mt19937 m_random;
  std::set<std::string> m_files;
};

} // namespace

TEST_CASE("the change set equals what git prints, for random histories", "[differential]") {
  const char* rounds = std::getenv("LEADLINE_DIFFERENTIAL_ROUNDS");
  const unsigned seeds =
      rounds == nullptr ? 3 : static_cast<unsigned>(std::strtoul(rounds, nullptr, 10));
  for (unsigned seed = 1; seed <= seeds; ++seed) {
    TempFolder folder;
    GitFixture fixture(folder.path() / "repo");
    RandomTree tree(fixture, seed);
    tree.grow();
    std::vector<std::string> commits = {fixture.commit()};
    for (int step = 1; step <= 12; ++step) {
      tree.change();
      if (step % 3 == 0) {
        // A submodule comes or moves on; it lives in the index only.
        fixture.git({"add", "-A"});
        fixture.git(
            {"update-index", "--add", "--cacheinfo", "160000," + commits.back() + ",lib/sub"});
        fixture.git({"commit", "-q", "--allow-empty", "-m", "sub"});
        commits.push_back(fixture.git_line({"rev-parse", "HEAD"}));
      } else {
        commits.push_back(fixture.commit());
      }
    }
    const auto repository = GitRepository::open(fixture.path().string());
    for (std::size_t to = 1; to < commits.size(); ++to) {
      for (const std::size_t back : {std::size_t{1}, std::size_t{4}, to}) {
        if (back > to) {
          continue;
        }
        const std::string& from = commits[to - back];
        CAPTURE(seed, to, back);
        const ChangeSet ours =
            repository->change_set(repository->resolve(from + ".." + commits[to]));
        const ChangeSet gits = parse_unified_diff(git_diff(fixture, from, commits[to]));
        REQUIRE(disagreements(ours, gits) == std::vector<std::string>{});
      }
    }
  }
}

TEST_CASE("renames with rivals are the ones that git chooses", "[differential]") {
  const auto numbered = [](int from, int to) {
    std::string text;
    for (int i = from; i < to; ++i) {
      text += "setting_" + std::to_string(i) + " = 1\n";
    }
    return text;
  };
  // Long lines: only spans of 64 bytes can tell what two of them have in common.
  std::string one_line = "{";
  for (int i = 0; i < 200; ++i) {
    one_line += "\"key" + std::to_string(i) + "\":" + std::to_string(i * 7919) + ",";
  }
  one_line += "}\n";
  TempFolder folder;
  GitFixture fixture(folder.path() / "repo");
  fixture.write("old/pool.ini", numbered(0, 100));
  fixture.write("old/min.json", one_line);
  fixture.write("twin/a", numbered(200, 240));
  fixture.write("twin/b", numbered(200, 240));
  fixture.write("many/x.ini", numbered(300, 340) + "1\n");
  fixture.write("many/y/x.ini", numbered(300, 340) + "2\n");
  fixture.commit();
  for (const std::string gone : {"old", "twin", "many"}) {
    fixture.remove(gone);
  }
  fixture.write("new/pool.ini", numbered(10, 110)); // its name decides against a better rival
  fixture.write("new/rival.ini", numbered(0, 99));
  one_line[one_line.size() / 2] = '#';
  fixture.write("new/tiny.json", one_line);
  fixture.write("moved/b", numbered(200, 240)); // equal content: the same name first
  fixture.write("moved/c", numbered(200, 240));
  fixture.write("less/x.ini", numbered(300, 345) + "2\n"); // a name that is not unique
  fixture.write("less/y/x.ini", numbered(295, 340) + "1\n");
  fixture.commit();
  const ChangeSet gits = parse_unified_diff(git_diff(fixture, "HEAD~1", "HEAD"));
  const auto repository = GitRepository::open(fixture.path().string());
  CHECK(disagreements(repository->change_set(repository->resolve("HEAD")), gits) ==
        std::vector<std::string>{});
  CHECK(std::count_if(gits.files.begin(), gits.files.end(), [](const FileChange& file) {
          return file.status == FileStatus::renamed;
        }) == 6);
}

// Not run by default: LEADLINE_HISTORY names a repository (bare or not), LEADLINE_HISTORY_MAX a
// number of first-parent commits; each is compared with its first parent and with the commit 50
// before it.
TEST_CASE("the change set equals what git prints, for a real history", "[.history]") {
  const char* path = std::getenv("LEADLINE_HISTORY");
  REQUIRE(path != nullptr);
  const char* max = std::getenv("LEADLINE_HISTORY_MAX");
  const auto git = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-C", path});
    return run_program(arguments).output;
  };
  std::vector<std::string> commits;
  std::string list =
      git({"rev-list", "--first-parent", "-n", max == nullptr ? "300" : max, "HEAD"});
  for (std::size_t at = 0; at + 40 <= list.size(); at += 41) {
    commits.push_back(list.substr(at, 40));
  }
  const auto repository = GitRepository::open(path);
  int compared = 0;
  int agreed = 0;
  int files = 0;
  int lines = 0;
  std::chrono::nanoseconds ours_took{};
  std::chrono::nanoseconds git_took{};
  for (std::size_t at = 0; at < commits.size(); ++at) {
    for (const std::size_t back : {std::size_t{1}, std::size_t{50}}) {
      if (at + back >= commits.size()) {
        continue;
      }
      const std::string& from = commits[at + back];
      const auto start = std::chrono::steady_clock::now();
      const ChangeSet ours = repository->change_set(repository->resolve(from + ".." + commits[at]));
      const auto middle = std::chrono::steady_clock::now();
      std::vector<std::string> command = k_git_diff;
      command.push_back(from);
      command.push_back(commits[at]);
      const std::string text = git(command);
      git_took += std::chrono::steady_clock::now() - middle;
      ours_took += middle - start;
      const ChangeSet gits = parse_unified_diff(text);
      const std::vector<std::string> found = disagreements(ours, gits);
      ++compared;
      agreed += found.empty() ? 1 : 0;
      files += static_cast<int>(gits.files.size());
      lines += gits.diff_lines;
      if (!found.empty()) {
        std::cout << from << ".." << commits[at] << ": " << found.size()
                  << " disagreements, first: " << found.front() << '\n';
      }
    }
  }
  std::cout << path << ": " << agreed << " of " << compared << " diffs agree; " << files
            << " files, " << lines << " lines; ours " << ours_took.count() / 1'000'000
            << " ms, git " << git_took.count() / 1'000'000 << " ms\n";
  CHECK(agreed == compared);
}
