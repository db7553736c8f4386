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

TEST_CASE("the README's commands rebuild the head", "[cli][split]") {
  const Incident incident;
  const fs::path out = fs::path(incident.folder.path()) / "parts";
  REQUIRE(run_leadline({"split", "-C", incident.repository, "base...head", "--out", out.string()})
              .exit_code == 0);
  const std::string readme = read(out / "README.md");
  const std::size_t begin = readme.find("```sh\n") + 6;
  const std::string commands = readme.substr(begin, readme.find("```", begin) - begin);
  const ProgramRun run = run_program({"sh", "-e", "-c",
                                      "export GIT_DIR=" + incident.repository +
                                          "/.git GIT_WORK_TREE=" + incident.repository +
                                          " GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b "
                                          "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b\n" +
                                          "cd " + out.string() + "\n" + commands});
  CAPTURE(run.err, commands);
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("rebuilt\n") != std::string::npos);
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
