#include "tests/app/cli/program.hpp"
#include "tests/support/git_fixture.hpp"

#include <nlohmann/json.hpp>

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

using namespace leadline;
namespace fs = std::filesystem;

namespace {

std::string read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// The founding incident's pull request, made anew: 847 lines of diff, one of them lowers
// max_client_conn.
struct Incident {
  TemporaryFolder folder;
  std::string repository = folder.path() + "/checkout";

  Incident() {
    const ProgramRun made =
        run_program({LEADLINE_SOURCE_DIR "/scripts/incident-fixture", repository});
    REQUIRE(made.exit_code == 0);
  }

  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", repository});
    const ProgramRun run = run_program(arguments);
    CAPTURE(run.err);
    CHECK(run.exit_code == 0);
    return run.out;
  }
};

} // namespace

TEST_CASE("the incident's plan reads: connection pool alone and first, TLS, logging, the rest",
          "[cli][split]") {
  const Incident incident;
  const fs::path out = fs::path(incident.folder.path()) / "parts";
  const ProgramRun run =
      run_leadline({"split", "-C", incident.repository, "base...head", "--out", out.string()});
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("Split recommended:") == 0);
  CHECK(run.out.find("\nProven: ") != std::string::npos);

  const auto plan = nlohmann::json::parse(read(out / "plan.json"))["split"];
  const auto& groups = plan["groups"];
  REQUIRE(groups.size() >= 4);
  CHECK(groups.size() <= 5);
  CHECK(groups[0]["domain"] == "connection-pool");
  CHECK(groups[0]["additions"] == 1);
  CHECK(groups[0]["deletions"] == 1);
  CHECK(groups[0]["depends_on"].empty());
  CHECK(groups[1]["domain"] == "tls");
  CHECK(groups[2]["domain"] == "logging");

  // Plain git says the same: each patch applies to what the ones before it leave, the last is the
  // head.
  incident.git({"checkout", "-q", "--detach", "base"});
  std::size_t patches = 0;
  for (const fs::path& patch : [&] {
         std::vector<fs::path> found;
         for (const auto& entry : fs::directory_iterator(out)) {
           if (entry.path().extension() == ".patch") {
             found.push_back(entry.path());
           }
         }
         std::sort(found.begin(), found.end());
         return found;
       }()) {
    incident.git({"apply", "--index", patch.string()});
    ++patches;
  }
  CHECK(patches == groups.size());
  CHECK(incident.git({"diff", "--cached", "head"}).empty());
  const std::string readme = read(out / "README.md");
  CHECK(readme.find("01-connection-pool.patch") != std::string::npos);
  CHECK(readme.find(plan["proof"].get<std::string>()) != std::string::npos);
}

TEST_CASE("what renames a file has the lines of each side on which nothing else changes",
          "[cli][split]") {
  const TemporaryFolder folder;
  test::GitFixture fixture(fs::path(folder.path()) / "moves");
  fixture.write("old/notes.txt", "one\ntwo\nthree");
  fixture.write("empty", "");
  const auto nine_lines = [](const std::string& word) {
    std::string text;
    for (int i = 1; i <= 9; ++i) {
      text += word + std::to_string(i) + "\n";
    }
    return text;
  };
  fixture.write("grows", nine_lines("grows"));
  fixture.write("shrinks", nine_lines("shrinks") + "last\n");
  fixture.write("turns", "first\n" + nine_lines("turns"));
  fixture.commit();
  fixture.git({"mv", "old/notes.txt", "new.txt"});
  fixture.git({"mv", "empty", "void"});
  for (const char* name : {"grows", "shrinks", "turns"}) {
    fixture.git({"mv", name, std::string(name) + ".txt"});
  }
  fixture.write("grows.txt", nine_lines("grows") + "last\n");
  fixture.write("shrinks.txt", nine_lines("shrinks"));
  fixture.write("turns.txt", "second\n" + nine_lines("turns"));
  fixture.commit();
  const fs::path out = fs::path(folder.path()) / "parts";
  REQUIRE(
      run_leadline({"split", "-C", fixture.path().string(), "HEAD~1..HEAD", "--out", out.string()})
          .exit_code == 0);
  const auto plan = nlohmann::json::parse(read(out / "plan.json"));
  const auto ranges = [&](const std::string& path) {
    std::vector<int> found;
    for (const auto& chunk : plan["chunks"]) {
      if (chunk["path"] == path) {
        for (const char* field : {"old_start", "old_lines", "new_start", "new_lines"}) {
          found.push_back(chunk[field]);
        }
      }
    }
    return found;
  };
  CHECK(ranges("new.txt") == std::vector<int>{1, 3, 1, 3});
  CHECK(ranges("grows.txt") == std::vector<int>{1, 9, 0, 0, 9, 0, 10, 1});
  CHECK(ranges("shrinks.txt") == std::vector<int>{0, 0, 1, 9, 10, 1, 9, 0});
  CHECK(ranges("turns.txt") == std::vector<int>{0, 0, 0, 0, 1, 1, 1, 1});
  CHECK(ranges("void") == std::vector<int>{0, 0, 0, 0});
  std::size_t grouped = 0;
  int changed = 0;
  for (const auto& group : plan["split"]["groups"]) {
    grouped += group["chunks"].size();
    changed += group["additions"].get<int>() + group["deletions"].get<int>();
  }
  CHECK(grouped == plan["chunks"].size());
  CHECK(changed == 4); // moved lines are none
}

TEST_CASE("branches are stacked, keep the author and end in the head's tree", "[cli][split]") {
  const Incident incident;
  const ProgramRun run =
      run_leadline({"split", "-C", incident.repository, "base...head", "--branches", "part"});
  CHECK(run.exit_code == 0);
  const std::string names =
      incident.git({"for-each-ref", "--format=%(refname:short)", "refs/heads/part/"});
  CHECK(names.find("part/01-connection-pool\n") == 0);
  const std::size_t last_line = names.rfind('\n', names.size() - 2) + 1;
  const std::string last = names.substr(last_line, names.size() - 1 - last_line);
  CHECK(incident.git({"diff", "head", last}).empty());
  CHECK(incident.git({"log", "--format=%an <%ae> %at", "base.." + last})
            .find(incident.git({"log", "-1", "--format=%an <%ae> %at", "head"})) == 0);
  CHECK(incident.git({"diff", "--stat", "base", "part/01-connection-pool"})
            .find("1 file changed, 1 insertion(+), 1 deletion(-)") != std::string::npos);
  const ProgramRun again =
      run_leadline({"split", "-C", incident.repository, "base...head", "--branches", "part"});
  CHECK(again.exit_code == 2);
  CHECK(again.err.find("exists already") != std::string::npos);
}

TEST_CASE("over a sequence of pushes the groups that are left alone keep their ids",
          "[cli][split]") {
  using Ids = std::vector<std::string>;
  const Incident incident;
  const auto append = [&](const std::string& path, const std::string& text) {
    std::ofstream(fs::path(incident.repository) / path, std::ios::app) << text;
  };
  const auto commit = [&](const std::string& message) {
    incident.git({"add", "-A"});
    incident.git({"-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "-qm", message});
  };
  int pushes = 0;
  const auto ids = [&] {
    const fs::path out = fs::path(incident.folder.path()) / ("push-" + std::to_string(pushes++));
    REQUIRE(run_leadline({"split", "-C", incident.repository, "main...release/v3.8.2", "--out",
                          out.string()})
                .exit_code == 0);
    const auto plan = nlohmann::json::parse(read(out / "plan.json"));
    Ids found;
    for (const auto& group : plan["split"]["groups"]) {
      found.push_back(group["id"]);
    }
    return found;
  };
  incident.git({"checkout", "-q", "release/v3.8.2"});
  const Ids opened = ids();
  REQUIRE(opened.size() == 5);

  append("scripts/verify-logs.sh", "# one more line about fluent-bit's log format\n");
  commit("Say more");
  CHECK(ids() == opened);

  // Rebased on a base in which lines came above those of the pull request.
  incident.git({"checkout", "-q", "main"});
  for (const char* path :
       {"ansible/roles/edge-tls/defaults/main.yml", "pulumi/templates/pgbouncer.ini.tmpl"}) {
    const fs::path file = fs::path(incident.repository) / path;
    const std::string text = read(file);
    std::ofstream(file) << "# Owned by the platform team.\n" << text;
  }
  commit("Name the owner");
  incident.git({"checkout", "-q", "release/v3.8.2"});
  incident.git({"-c", "user.name=A", "-c", "user.email=a@b.example", "rebase", "-q", "main"});
  CHECK(ids() == opened);

  // The pool is mended: its group goes, nobody else's id does.
  const fs::path pool = fs::path(incident.repository) / "pulumi/templates/pgbouncer.ini.tmpl";
  std::string text = read(pool);
  const std::string lowered = "max_client_conn = 20\n";
  REQUIRE(text.find(lowered) != std::string::npos);
  text.replace(text.find(lowered), lowered.size(), "max_client_conn = 200\n");
  std::ofstream(pool) << text;
  commit("Keep the pool");
  CHECK(ids() == Ids(opened.begin() + 1, opened.end()));
}

namespace {

// A clone of the incident's repository in which somebody works.
struct Clone {
  const Incident& incident;
  std::string path = incident.folder.path() + "/clone";

  explicit Clone(const Incident& of) : incident(of) {
    REQUIRE(run_program({"git", "clone", "-q", incident.repository, path}).exit_code == 0);
    git({"config", "user.name", "Sam"});
    git({"config", "user.email", "sam@acme.example"});
    git({"switch", "-q", "--detach", "base"});
  }

  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", path});
    const ProgramRun run = run_program(arguments);
    CAPTURE(run.err, arguments.back());
    CHECK(run.exit_code == 0);
    return run.out;
  }

  ProgramRun shell(const std::string& commands) const {
    return run_program({"sh", "-c", "PATH=\"$1:$PATH\"; cd \"$2\" || exit 99; " + commands, "sh",
                        fs::path(LEADLINE_PROGRAM).parent_path().string(), path});
  }
};

} // namespace

TEST_CASE("apply.sh makes a branch of the parts in a clone, and touches nothing else",
          "[cli][split]") {
  const Incident incident;
  const fs::path out = fs::path(incident.folder.path()) / "the parts";
  REQUIRE(run_leadline({"split", "-C", incident.repository, "base...head", "--out", out.string()})
              .exit_code == 0);
  CHECK(read(out / "README.md").find("apply.sh") != std::string::npos);
  const Clone clone(incident);
  const std::string head = incident.git({"rev-parse", "head"}).substr(0, 40);
  const std::string apply = "sh '" + (out / "apply.sh").string() + "'";
  const std::string branch = "split-" + head.substr(0, 12) + "/all";
  // What people have: settings, hooks, work of their own that is staged and that is not.
  clone.git({"config", "apply.whitespace", "error"});
  std::ofstream(clone.path + "/.git/hooks/pre-commit") << "#!/bin/sh\nexit 1\n";
  fs::permissions(clone.path + "/.git/hooks/pre-commit", fs::perms::owner_all);
  std::ofstream(clone.path + "/README.md", std::ios::app) << "Mine.\n";
  clone.git({"add", "-A"});
  std::ofstream(clone.path + "/README.md", std::ios::app) << "Mine, too.\n";
  const auto state = [&] {
    return clone.git({"rev-parse", "HEAD"}) + clone.git({"status", "--porcelain"}) +
           clone.git({"diff"}) + clone.git({"diff", "--cached"});
  };
  const std::string before = state();

  const ProgramRun made = clone.shell("mkdir -p below && cd below && " + apply);
  CAPTURE(made.err);
  CHECK(made.exit_code == 0);
  CHECK(made.out.find("rebuilt: " + branch) == 0);
  CHECK(state() == before);
  CHECK(clone.git({"diff", head, branch}).empty());
  const auto groups = nlohmann::json::parse(read(out / "plan.json"))["split"]["groups"];
  CHECK(clone.git({"rev-list", "--count", "base.." + branch}) ==
        std::to_string(groups.size()) + "\n");
  const std::string who = "--format=%an <%ae> %ad";
  CHECK(clone.git({"log", "-1", who, branch}) == incident.git({"log", "-1", who, "head"}));
  CHECK(clone.git({"log", "-1", "--format=%s", branch + "~" + std::to_string(groups.size() - 1)}) ==
        "Connection pool (part 1 of " + std::to_string(groups.size()) + ")\n");

  CHECK(clone.shell(apply).exit_code == 1); // the branch exists
  CHECK(clone.shell(apply + " again").exit_code == 0);
  // A part that does not apply: no branch.
  const std::string second = groups[1]["id"].get<std::string>();
  REQUIRE(fs::exists(out / ("02-" + second + ".patch")));
  std::ofstream(out / ("02-" + second + ".patch"), std::ios::trunc) << "no patch\n";
  CHECK(clone.shell(apply + " broken").exit_code != 0);
  CHECK(clone.git({"branch", "--list", "broken"}).empty());
  CHECK(state() == before);
}

TEST_CASE("apply.sh starts a branch of its own where the range starts at nothing", "[cli][split]") {
  const TemporaryFolder folder;
  test::GitFixture fixture(fs::path(folder.path()) / "first");
  fixture.write("a.conf", "max_client_conn = 200\n");
  fixture.write("b.py", "print(1)\n");
  const std::string head = fixture.commit();
  const fs::path out = fs::path(folder.path()) / "parts";
  const std::string path = (fs::path(folder.path()) / "first").string();
  for (const std::string& range : {head, "4b825dc642cb6eb9a060e54bf8d69288fbee4904.." + head}) {
    fs::remove_all(out);
    REQUIRE(run_leadline({"split", "-C", path, range, "--out", out.string()}).exit_code == 0);
    const ProgramRun run =
        run_program({"sh", "-c",
                     "cd \"$1\" && git -c user.name=a -c user.email=a@b status >/dev/null && "
                     "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b sh \"$2/apply.sh\" part-$3",
                     "sh", path, out.string(), std::to_string(range.size())});
    CAPTURE(run.err, range);
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("rebuilt: part-") == 0);
  }
}

TEST_CASE("the comment's commands make and push the branches; a second paste does no harm",
          "[cli][split]") {
  const Incident incident;
  const Clone clone(incident);
  const std::string origin = incident.folder.path() + "/origin.git";
  REQUIRE(run_program({"git", "clone", "-q", "--bare", incident.repository, origin}).exit_code ==
          0);
  clone.git({"remote", "set-url", "origin", origin});
  const ProgramRun told =
      run_leadline({"analyze", "-C", incident.repository, "base...head", "--format", "markdown"});
  const std::size_t begin = told.out.find("```sh\nleadline split") + 6;
  REQUIRE(begin > 6);
  const std::string commands = told.out.substr(begin, told.out.find("```", begin) - begin);
  std::ofstream(clone.path + "/README.md", std::ios::app) << "Mine.\n";
  clone.git({"add", "-A"});
  const auto state = [&] {
    return clone.git({"rev-parse", "HEAD"}) + clone.git({"status", "--porcelain"});
  };
  const std::string before = state();

  const ProgramRun run = clone.shell(commands);
  CAPTURE(run.err, commands);
  CHECK(run.exit_code == 0);
  CHECK(state() == before);
  const std::string pushed = run_program({"git", "-C", origin, "for-each-ref",
                                          "--format=%(refname:short)", "refs/heads/split-*/*"})
                                 .out;
  CHECK(pushed.find("/01-connection-pool\n") != std::string::npos);
  const std::string last = pushed.substr(pushed.rfind('\n', pushed.size() - 2) + 1);
  CHECK(run_program({"git", "-C", origin, "diff", "head", last.substr(0, last.size() - 1)})
            .out.empty());
  CHECK(clone.shell(commands).exit_code == 0); // what is pushed is up to date
  CHECK(state() == before);
}

TEST_CASE("branches are refused before anything is written", "[cli][split]") {
  const Incident incident;
  const fs::path out = fs::path(incident.folder.path()) / "parts";
  const auto split = [&](const std::string& prefix) {
    return run_leadline({"split", "-C", incident.repository, "base...head", "--out", out.string(),
                         "--branches", prefix});
  };
  incident.git({"branch", "taken", "head"});
  incident.git({"branch", "deep/01-connection-pool/below", "head"});
  struct Row {
    const char* prefix;
    const char* says;
  };
  const std::string long_name(300, 'x');
  for (const Row& row :
       {Row{"taken", "branch \"taken\" exists"},
        Row{"deep", "branch \"deep/01-connection-pool/below\" exists"}, Row{"HEAD", "not \"HEAD\""},
        Row{"refs/heads/z", "not \"refs/heads/z\""}, Row{"-x", "no valid branch name"},
        Row{"a..b", "no valid branch name"}, Row{long_name.c_str(), "no valid branch name"}}) {
    const std::string prefix = std::string(row.prefix);
    const ProgramRun run = prefix == "-x"
                               ? run_leadline({"split", "-C", incident.repository, "base...head",
                                               "--out", out.string(), "--branches=-x"})
                               : split(prefix);
    CAPTURE(prefix.substr(0, 20), run.err);
    CHECK(run.exit_code == 2);
    CHECK(run.err.find(row.says) != std::string::npos);
    CHECK_FALSE(fs::exists(out));
  }
  CHECK(incident.git({"for-each-ref", "refs/heads/-x", "refs/heads/a..b"}).empty());
  CHECK(split("fresh").exit_code == 0);
  CHECK(fs::exists(out / "apply.sh"));
}

TEST_CASE("a policy that requires the split blocks the check, and says so", "[cli][split]") {
  const Incident incident;
  const std::string lax = incident.folder.write("lax.yml", "fail_on: never\n");
  const std::string strict =
      incident.folder.write("strict.yml", "fail_on: never\nsplit: {required: true}\n");
  const std::string wide = incident.folder.write(
      "wide.yml", "fail_on: never\nsplit: {required: true, max_lines: 5000, buried_percent: 100, "
                  "risky_domains: 100}\n");
  const auto verdict = [&](const std::string& config) {
    const ProgramRun run = run_leadline({"analyze", "-C", incident.repository, "base...head",
                                         "--config", config, "--format", "json"});
    return nlohmann::json::parse(run.out)["verdict"];
  };
  CHECK(verdict(lax)["conclusion"] == "success");
  CHECK(verdict(strict)["conclusion"] == "action_required");
  CHECK(verdict(strict)["reasons"].dump().find("asks for a split") != std::string::npos);
  CHECK(verdict(wide)["conclusion"] == "success");
}
