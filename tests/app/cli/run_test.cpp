#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("the program says what is wrong with its command line and exits with 2", "[run]") {
  struct Row {
    std::string what;
    std::vector<std::string> args;
    std::string error;
  };
  const Row row = GENERATE(values<Row>({
      {"no command", {}, "leadline: A subcommand is required\n"},
      {"unknown command",
       {"catalgo", "list"},
       "leadline: no command \"catalgo\" (did you mean \"catalog\"?)\nleadline: see leadline "
       "--help\n"},
      {"unknown command of a command",
       {"catalog", "lst"},
       "leadline: no command \"lst\" (did you mean \"list\"?)\n"},
      {"unknown option",
       {"version", "--long"},
       "leadline: The following argument was not expected: --long\n"},
      {"missing argument", {"config", "check"}, "leadline: FILE is required\n"},
      {"no file",
       {"config", "check", "/nonexistent/leadline.yml"},
       "leadline: configuration \"/nonexistent/leadline.yml\": No such file or directory\n"},
      {"folder", {"config", "check", "/"}, "leadline: configuration \"/\": is a folder\n"},
      {"escape sequences",
       {"catalog", "show", "\x1b[2J\xE2\x80\xAE"},
       "leadline: the catalogue has no \"[U+001B][2J[U+202E]\"\n"},
      {"no such system",
       {"catalog", "list", "--system", "pgbuoncer"},
       "leadline: no system \"pgbuoncer\" (did you mean \"pgbouncer\"?)\n"},
      {"no such domain",
       {"catalog", "list", "--domain", "tsl"},
       "leadline: no domain \"tsl\" (did you mean \"tls\"?)\n"},
  }));
  CAPTURE(row.what);
  const ProgramRun run = run_leadline(row.args);
  CHECK(run.exit_code == 2);
  CHECK(run.out.empty());
  CHECK(run.err.substr(0, row.error.size()) == row.error);
}

TEST_CASE("help is on standard output, is a pass, and names exit codes and examples", "[run]") {
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"--help"}, {"catalog", "show", "--help"}, {"config", "check", "--help"}}) {
    const ProgramRun run = run_leadline(args);
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
    CHECK_THAT(run.out, Catch::Contains("Examples:"));
    CHECK_THAT(run.out, Catch::Contains("Exit codes:"));
    CHECK_THAT(run.out, Catch::Contains("leadline "));
  }
}

TEST_CASE("the version is that of the build", "[run]") {
  const ProgramRun command = run_leadline({"version"});
  CHECK(command.exit_code == 0);
  CHECK(command.out.substr(0, 9) == "leadline ");
  CHECK(run_leadline({"--version"}).out == command.out);
}

TEST_CASE("output that cannot be written is no success", "[run]") {
  const ProgramRun run =
      run_program({"/bin/sh", "-c", std::string(LEADLINE_PROGRAM) + " version > /dev/full"});
  CHECK(run.exit_code == 3);
  CHECK(run.err == "leadline: writing standard output: No space left on device\n");
}

TEST_CASE("config check lists mistakes, or says what the file amounts to", "[run]") {
  const TemporaryFolder folder;
  const ProgramRun good =
      run_leadline({"config", "check", "-"}, "fail_on: low\nbaselines: [{key: a, min: 1}]\n");
  CHECK(good.exit_code == 0);
  CHECK(good.out ==
        "-: no mistake\nfail on low; 1 baselines, 0 rules, 0 domains, 0 environments, 0 "
        "ignored patterns; check \"leadline\"\n");
  const std::string path = folder.write("leadline.yml", "fail_on: hihg\nspilt: {}\n");
  const ProgramRun bad = run_leadline({"config", "check", path});
  CHECK(bad.exit_code == 2);
  CHECK(bad.out.empty());
  CHECK(bad.err ==
        "leadline: " + path +
            ":1: fail_on \"hihg\" is not one of critical, high, medium, low, never (did you mean "
            "\"high\"?)\nleadline: " +
            path + ":2: unknown field \"spilt\" (did you mean \"split\"?)\n");
  const std::string defaults = folder.write("org.yml", "publish: {check_name: org}\n");
  CHECK_THAT(run_leadline({"config", "check", "-", "--defaults", defaults}).out,
             Catch::Contains("check \"org\""));
}

TEST_CASE("the example of the documentation is a configuration without mistakes", "[run]") {
  const ProgramRun run = run_program(
      {"/bin/sh", "-c",
       "sed -n '/^## An example/,/^## Fields/p' " LEADLINE_SOURCE_DIR
       "/docs/configuration.md | sed '/^```/d; /^##/d' | " LEADLINE_PROGRAM " config check -"});
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK_THAT(run.out, Catch::Contains("2 baselines, 1 rules"));
}

TEST_CASE("the catalogue is listed and shown with its sources", "[run]") {
  const ProgramRun list = run_leadline({"catalog", "list", "--system", "pgbouncer"});
  CHECK(list.exit_code == 0);
  CHECK_THAT(list.out, Catch::Contains("pgbouncer.max_client_conn"));
  CHECK_THAT(list.out, !Catch::Contains("postgresql."));
  const ProgramRun shown = run_leadline({"catalog", "show", "maxClientConn"});
  CHECK(shown.exit_code == 0);
  CHECK_THAT(shown.out, Catch::StartsWith("pgbouncer.max_client_conn: "));
  CHECK_THAT(shown.out, Catch::Contains("source      https://www.pgbouncer.org/"));
  const ProgramRun near = run_leadline({"catalog", "show", "max_cleint_conn"});
  CHECK(near.exit_code == 2);
  CHECK_THAT(near.err, Catch::Contains("near: max_client_conn"));
}
