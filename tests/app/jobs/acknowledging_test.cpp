// Where a word counts that was given: in merge queues, by a label, as long as its giver may give
// it.
#include "app/jobs/acknowledging.hpp"

#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("somebody else's word does not serve the author of another pull request",
          "[acknowledging]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  f.github.pull.author = "sam"; // the same change, now by who acknowledged it
  Job again = f.job("d9");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("whom the commits of a pull request name cannot acknowledge its findings",
          "[acknowledging]") {
  AckFixture f;
  f.github.commit_authors = {{31, "sam"}, {31, "sam"}}; // pushed before somebody else opened it
  Job again = f.job("d2");
  again.again = true;
  f.run(again);
  f.say("/leadline ack " + f.id + " fine", "sam");
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "names you as its author or committer"));
  f.say("/leadline ack " + f.id + " fine", "robin");
  CHECK(f.conclusion() == "success");

  // Nor does a word serve that was given elsewhere, from the first run on; and once the commits are
  // not there any more, it does.
  f.github.commit_authors = {{0, "robin"}};
  f.github.pull.number = 8;
  Job other = f.job("d3");
  other.pull_number = 8;
  f.run(other);
  CHECK(f.conclusion() == "failure");
  f.github.commit_authors.clear();
  other.again = true;
  other.delivery_id = "d4";
  f.run(other);
  CHECK(f.conclusion() == "success");
}

TEST_CASE("of a release, who wrote other files may acknowledge", "[acknowledging]") {
  AckFixture f;
  f.github.permissions["lee"] = "write";
  f.github.commit_authors = {{31, "sam"}, {32, "lee"}, {33, "ann"}};
  f.github.path_commits["pgbouncer.ini"] = {"before", "c1"};
  f.say("/leadline ack " + f.id + " fine", "lee");
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "A commit that changes `pgbouncer.ini`"));
  SECTION("but not who wrote with its author") {
    f.github.co_authors["c1"] = {{31, "sam"}};
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "or as a co-author"));
  }
  SECTION("as far as it can be told") {
    f.github.more_of_path = true;
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "cannot be told"));
  }
  SECTION("all that GitHub tells") {
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
    // A merge queue asks the same.
    Job group = f.job("group");
    group.kind = JobKind::merge_group;
    group.pull_number = 0;
    group.head_sha = "gggg";
    group.base_sha = "bbbb";
    group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
    f.git.commits["gggg"] = f.git.commits["aaaa"];
    f.run(group);
    CHECK(f.conclusion() == "success");
    f.github.path_commits["pgbouncer.ini"] = {"c0"};
    group.delivery_id = "again";
    group.again = true;
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("a word counts no more when its giver owns the domain no more", "[acknowledging]") {
  AckFixture f;
  SECTION("the team was left") {
    f.configure("acknowledge:\n  owners:\n    connection-pool: ['@org/dba']\n");
    f.github.teams["org/dba"] = {"sam"};
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
    f.github.teams["org/dba"] = {};
  }
  SECTION("owners were named later") {
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
    f.configure("acknowledge:\n  owners:\n    connection-pool: ['@robin']\n");
  }
  Job again = f.job("d9");
  again.again = true;
  f.github.forget_calls();
  f.run(again);
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "Acknowledged, but not by a word that counts here"));
  CHECK(contains(f.summary(), "its giver is none of"));
  CHECK(f.github.rest_calls() <= 6); // a re-run that comments again takes five, the team one
  f.say("/leadline explain " + f.id, "robin");
  CHECK(contains(f.last_answer(), "Acknowledged by `sam`"));
  CHECK(contains(f.last_answer(), "which does not count here"));
  CHECK(contains(f.last_answer(), "its giver is none of"));

  Job group;
  group.kind = JobKind::merge_group;
  group.installation_id = 1;
  group.repository = "o/r";
  group.base_sha = "bbbb";
  group.head_sha = "gggg";
  group.delivery_id = "d10";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.run(group);
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a merge queue goes by what was acknowledged", "[acknowledging]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
  SECTION("of the pull request that its branch names") {
    f.run(group);
    CHECK(f.conclusion() == "success");
  }
  SECTION("and by nothing where nobody can tell who wrote it") {
    group.head_ref = "gh-readonly-queue/main/pr-404-bbbb";
    f.run(group);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "by `sam`"));
    CHECK(contains(f.summary(), "cannot be told"));
  }
}

TEST_CASE("a label acknowledges for who has set it, as long as it is there", "[acknowledging]") {
  AckFixture f;
  f.configure("acknowledge: {override_label: accepted}\n");
  Job again = f.job("d2");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
  Job labelled = f.job("d3");
  labelled.reason = "labeled";
  labelled.label = "accepted";
  f.github.pull.labels = {"accepted"};
  SECTION("a reviewer") {
    f.run(labelled);
    CHECK(f.conclusion() == "success");
    CHECK(contains(f.summary(), "`sam`"));
    REQUIRE(f.acknowledgements.rows.size() == 1); // for the audit, and for a merge queue
    f.github.pull.labels.clear();
    labelled.reason = "unlabeled";
    labelled.delivery_id = "d4";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
    CHECK_FALSE(f.acknowledgements.rows[0].withdrawn_by.empty());
  }
  SECTION("the author") {
    f.github.permissions["author"] = "write";
    f.github.labeller = "author";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("somebody who may set labels and not write") {
    f.github.labeller = "kim";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("another label costs no call, and the same one that changes nothing a query") {
    f.github.pull.labels = {"bug"};
    f.github.forget_calls();
    labelled.label = "bug";
    f.run(labelled);
    CHECK(f.github.calls.empty());
    labelled.label = "bug\naccepted"; // set and taken away
    f.run(labelled);
    CHECK(f.github.calls == std::vector<std::string>{"graphql PullRequestsByNumber"});
  }
}

TEST_CASE("a label costs no call where none has a meaning", "[acknowledging]") {
  AckFixture f;
  Job labelled = f.job("d3");
  labelled.reason = "labeled";
  labelled.label = "bug";
  f.github.forget_calls();
  f.run(labelled);
  CHECK(f.github.calls.empty());
  f.github.pull.draft = true; // drafts have labels too
  f.push("cccc", k_fixed);
  f.run(f.job("d4"));
  f.github.forget_calls();
  labelled.head_sha = "cccc";
  f.run(labelled);
  CHECK(f.github.calls.empty());
}

TEST_CASE("a merge queue goes by what was acknowledged of a secret, of the same change only",
          "[acknowledging]") {
  AckFixture f;
  const std::string redis = "port 6379\nrequirepass S3cretLongOne\nmaxmemory 100mb\n";
  const std::string open = "port 6379\n\nmaxmemory 100mb\n";
  f.git.commits["bbbb"]["redis.conf"] = redis;
  GitDouble::Files files = f.git.commits["bbbb"];
  files["redis.conf"] = open;
  f.push("5555", files);
  f.run(f.job("d2"));
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack all nobody reaches it");
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(contains(f.acknowledgements.rows[0].old_value, "redacted"));
  CHECK(f.conclusion() == "success");

  f.git.commits["gggg"] = files;
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
  SECTION("the same change") {
    f.github.forget_calls();
    f.run(group);
    CHECK(f.conclusion() == "success");
    CHECK(f.github.rest_calls() <= 5);
  }
  SECTION("another secret in the same place") {
    f.git.commits["b3b3"] = f.git.commits["bbbb"];
    f.git.commits["b3b3"]["redis.conf"] = "port 6379\nrequirepass An0therSecret\nmaxmemory 100mb\n";
    f.github.tips["main"] = group.base_sha = "b3b3";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("another pull request's group") {
    group.head_ref = "gh-readonly-queue/main/pr-8-bbbb";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("the pull request has another head now") {
    f.github.pull.head_sha = "eeee";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("a word about a secret counts for one head only", "[acknowledging]") {
  Finding finding;
  finding.id = "LL-1";
  finding.severity = Severity::high;
  finding.setting = FindingSetting{"password", "[redacted]", "[redacted]"};
  finding.digest = std::string(64, '1');
  Report report;
  report.findings = {finding};
  Acknowledgement word = word_about(finding);
  word.by = "sam";
  word.head_sha = "aaaa";
  CHECK(set_aside(report, {word}, {}, {{{0, "author"}}, "bbbb", {}}).acknowledged.empty());
  CHECK(set_aside(report, {word}, {}, {{{0, "author"}}, "aaaa", {}}).acknowledged.size() == 1);
}
