// Names that a shell would obey, of branches, files and people, in whatever is made to be run by
// one.
#include "tests/app/cli/program.hpp"
#include "tests/app/jobs/ack_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace leadline;
namespace fs = std::filesystem;

namespace {

// What git takes as a name of a branch, each obeyed where it is put as its command has it.
struct Name {
  std::string name;
  std::string before = {}; // of a command that it is put into
  std::string behind = {};
};

const std::vector<Name> k_names = {
    {"x$(touch${IFS}MARK)`id`;'\"&|", "echo ", "'"},
    {"x$(touch${IFS}MARK)", "echo \"", "\""},
    {"x`touch${IFS}MARK`", "echo "},
    {"x;touch${IFS}MARK;y", "echo "},
    {"x'|touch${IFS}MARK|'y", "echo '", "'"},
    {"x\"&touch${IFS}MARK&\"y", "echo \"", "\"; wait"},
};

bool is_marked(const std::string& folder) {
  const fs::recursive_directory_iterator files(folder);
  return std::any_of(begin(files), end(files),
                     [](const auto& entry) { return entry.path().filename() == "MARK"; });
}

ProgramRun shell(const std::string& folder, const std::string& commands) {
  return run_program({"sh", "-c", "PATH=\"$1:$PATH\"; cd \"$2\" || exit 99; " + commands, "sh",
                      fs::path(LEADLINE_PROGRAM).parent_path().string(), folder});
}

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// What stands in the blocks of a Markdown text that are to be copied into a shell.
std::vector<std::string> blocks_in(const std::string& text) {
  const std::string start = "```sh\n";
  std::vector<std::string> blocks;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at)) {
    at += start.size();
    blocks.push_back(text.substr(at, text.find("```", at) - at));
  }
  return blocks;
}

std::string with(std::string text, const std::string& what, const std::string& other) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + other.size())) {
    text.replace(at, what.size(), other);
  }
  return text;
}

// The incident's repository: on top of its head a file and an author of that name, and branches of
// it at both ends.
struct Work {
  TemporaryFolder folder;
  std::string repository = folder.path() + "/work";
  std::string clone = folder.path() + "/clone";
  std::string name;

  explicit Work(const std::string& of) : name(of) {
    REQUIRE(run_program({LEADLINE_SOURCE_DIR "/scripts/incident-fixture", repository}).exit_code ==
            0);
    git(repository, {"checkout", "-q", "head"});
    std::ofstream(repository + "/" + name + ".conf") << "timeout = 3\n";
    git(repository, {"add", "-A"});
    git(repository, {"-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m",
                     name, "--author=" + name + " <a@b.example>"});
    git(repository, {"branch", "head-" + name});
    git(repository, {"branch", "base-" + name, "base"});
    git(folder.path(), {"clone", "-q", repository, clone});
    git(clone, {"config", "user.name", "Sam"});
    git(clone, {"config", "user.email", "sam@acme.example"});
    git(clone, {"switch", "-q", "--detach", "base"});
  }

  std::string range() const { return "base-" + name + "...head-" + name; }

  static void git(const std::string& in, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"git", "-C", in});
    const ProgramRun run = run_program(arguments);
    CAPTURE(run.err, arguments[3]);
    REQUIRE(run.exit_code == 0);
  }
};

} // namespace

TEST_CASE("each name that is tried is obeyed by a shell that is given it", "[injection]") {
  for (const Name& each : k_names) {
    CAPTURE(each.name);
    const TemporaryFolder folder;
    shell(folder.path(), each.before + each.name + each.behind);
    CHECK(is_marked(folder.path()));
  }
}

TEST_CASE("no name of a branch, file or author is a command in what is made to be run",
          "[injection]") {
  for (const Name& each : k_names) {
    CAPTURE(each.name);
    const Work work(each.name);
    const std::string parts = work.folder.path() + "/parts";
    const ProgramRun split = run_leadline({"split", "-C", work.repository, work.range(), "--out",
                                           parts, "--branches", "new-" + each.name});
    CAPTURE(split.err);
    REQUIRE(split.exit_code == 0);
    const ProgramRun told =
        run_leadline({"analyze", "-C", work.repository, work.range(), "--format", "markdown"});
    std::vector<std::string> blocks = blocks_in(told.out);
    REQUIRE(blocks.size() == 1);
    for (const std::string& block : blocks_in(read(parts + "/README.md"))) {
      blocks.push_back(with(block, "PATH/OF/THIS/FOLDER", parts));
    }
    REQUIRE(blocks.size() == 3);
    for (const std::string& block : blocks) {
      const ProgramRun run = shell(work.clone, block);
      CAPTURE(block, run.err);
      CHECK(run.exit_code == 0);
    }
    const ProgramRun applied = run_program({"sh", "-c", "cd \"$1\" && sh \"$2\" \"$3\"", "sh",
                                            work.clone, parts + "/apply.sh", "made-" + each.name});
    CAPTURE(applied.err);
    CHECK(applied.exit_code == 0);
    CHECK_FALSE(is_marked(work.folder.path()));
  }
}

TEST_CASE("no name of a branch is a command in what a pull request is answered", "[injection]") {
  const std::string base(40, 'b');
  const std::string head(40, 'a');
  for (const Name& each : k_names) {
    CAPTURE(each.name);
    AckFixture f;
    f.github.pull.base_ref = each.name;
    f.github.pull.head_ref = each.name;
    f.github.pull.base_sha = base;
    f.git.commits[base] = f.git.commits["bbbb"];
    f.push(head, {{"pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 20\n"}, {"README.md", "x\n"}});
    f.github.requests.clear();
    f.run(f.job("hostile"));
    f.say("/leadline split");
    f.say("/leadline split --push");
    const TemporaryFolder folder;
    Work::git(folder.path(), {"init", "-q"});
    std::size_t blocks = 0;
    for (const HttpRequest& request : f.github.requests) {
      for (const std::string& block : blocks_in(with(request.body, "\\n", "\n"))) {
        CAPTURE(block);
        CHECK(block.find("touch") == std::string::npos);
        shell(folder.path(), block);
        ++blocks;
      }
    }
    CHECK(blocks > 0);
    CHECK_FALSE(is_marked(folder.path()));
  }
}
