#include "app/github/comment_publisher.hpp"

#include "base/error.hpp"
#include "publisher_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using Outcome = CommentPublisher::Outcome;

TEST_CASE("a finding is commented on its line and in one sticky comment", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.add_finding("LL-000000000002", 14);
  CHECK(f.publish() == Outcome::published);
  CHECK(f.github.reviews == 1);
  REQUIRE(f.github.threads.size() == 2);
  CHECK(f.github.threads[0].path == "pool.ini");
  CHECK(f.github.threads[0].line == 12);
  CHECK(f.github.threads[0].side == "RIGHT");
  REQUIRE(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.rfind(k_sticky_marker, 0) == 0);
}

TEST_CASE("a second run adds nothing", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  SECTION("with the log") {}
  SECTION("with the log lost") { f.log = MemoryLog(); }
  SECTION("on a rebased line") { f.report.findings[0].line = 15; }
  f.github.forget_calls();
  f.publish();
  CHECK(f.github.threads.size() == 1);
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.reviews == 1);
}

TEST_CASE("a run has one review with the new findings only", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  f.add_finding("LL-000000000002", 14);
  f.publish();
  CHECK(f.github.reviews == 2);
  REQUIRE(f.github.threads.size() == 2);
  CHECK(f.github.threads[1].line == 14);
}

TEST_CASE("nothing is said on a clean pull request", "[comment_publisher]") {
  PublisherFixture f;
  f.publish();
  CHECK(f.github.comments.empty());
  CHECK(f.github.threads.empty());
  CHECK(f.github.rest_calls() == 0);
}

TEST_CASE("a fixing push puts the comments out of sight and keeps threads that people answered",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.add_finding("LL-000000000002", 14);
  f.publish();
  f.github.threads[1].replied_to = true;
  f.report.findings.clear();
  f.report.verdict.conclusion = Conclusion::success;
  SECTION("minimised where resolving is not permitted") {
    f.publish();
    CHECK(f.github.threads[0].minimized);
    CHECK_FALSE(f.github.threads[0].resolved);
  }
  SECTION("resolved where it is") {
    f.github.can_resolve = true;
    f.publish();
    CHECK(f.github.threads[0].resolved);
  }
  SECTION("with the log lost") {
    f.log = MemoryLog();
    f.publish();
    CHECK(f.github.threads[0].minimized);
  }
  CHECK_FALSE(f.github.threads[1].minimized);
  CHECK_FALSE(f.github.threads[1].resolved);
  REQUIRE(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body == retired_comment(f.run));

  f.add_finding("LL-000000000001", 12); // and it comes back
  f.publish();
  CHECK(f.github.threads.size() == 3);
}

TEST_CASE("a sticky comment with nothing left to say is one line, written once",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  const std::string full = f.github.comments[0].body;
  f.report.findings.clear();
  f.report.verdict.conclusion = Conclusion::success;
  f.publish();
  const std::string line = f.github.comments[0].body;
  CHECK(std::count(line.begin(), line.end(), '\n') == 2); // the hidden marker's and its own
  CHECK(line.find("nothing left to say") != std::string::npos);
  CHECK(line.find("max_client_conn") == std::string::npos);

  f.run.head_sha = f.github.pull.head_sha = "cccc";
  f.run.reason = "synchronize";
  f.github.forget_calls();
  f.publish();
  CHECK(f.github.rest_calls() == 0); // it says so already
  CHECK(f.github.comments[0].body == line);

  SECTION("said again in the same place") {
    f.add_finding("LL-000000000001", 12);
    f.publish();
    REQUIRE(f.github.comments.size() == 1);
    CHECK(f.github.comments[0].body.find("max_client_conn") != std::string::npos);
  }
  SECTION("out of sight after a person hid the line") {
    f.github.comments[0].minimized = true;
    f.add_finding("LL-000000000001", 12);
    f.publish();
    REQUIRE(f.github.comments.size() == 1);
    CHECK(f.github.comments[0].body != line);
    CHECK(f.github.comments[0].minimized);
  }
  SECTION("nor after a person deleted it") {
    f.github.comments[0].deleted = true;
    f.add_finding("LL-000000000001", 12);
    f.publish();
    CHECK(f.github.comments.size() == 1);
  }
}

TEST_CASE("a draft is told nothing new, and what is settled does not go on standing",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  const std::string full = f.github.comments[0].body;
  f.add_finding("LL-000000000002", 14);
  f.publish(CommentPublisher::Speech::settle_only);
  CHECK(f.github.threads.size() == 1);
  CHECK(f.github.comments[0].body == full);
  f.report.findings.clear();
  f.report.verdict.conclusion = Conclusion::success;
  f.publish(CommentPublisher::Speech::settle_only);
  CHECK(f.github.threads[0].minimized);
  CHECK(is_retired_comment(f.github.comments[0].body));
}

TEST_CASE("what a person hid or deleted is not posted again", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  bool edited = true; // out of sight, and up to date for who shows it again
  SECTION("deleted") {
    f.github.comments[0].deleted = true;
    f.github.threads[0].deleted = true;
    edited = false;
  }
  SECTION("minimised") {
    f.github.comments[0].minimized = true;
    f.github.threads[0].minimized = true;
  }
  SECTION("minimised, and the log is lost") {
    f.github.comments[0].minimized = true;
    f.github.threads[0].minimized = true;
    f.log = MemoryLog();
  }
  const std::string body = f.github.comments[0].body;
  f.github.forget_calls();
  f.run.reason = "synchronize";
  f.publish();
  CHECK(f.github.comments.size() == 1);
  CHECK((f.github.comments[0].body != body) == edited);
  CHECK(f.github.threads.size() == 1);
  CHECK(f.github.rest_calls() == (edited ? 1 : 0));
  f.publish();
  CHECK(f.github.rest_calls() == (edited ? 1 : 0));
  CHECK(f.github.comments[0].minimized == edited);
}

TEST_CASE("a comment that a person shows again goes on being edited", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.publish();
  f.github.comments[0].minimized = true;
  f.publish();
  f.github.comments[0].minimized = false;
  f.report.findings[0].title = "max_client_conn 200 -> 2";
  f.publish();
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.find("200 -> 20") == std::string::npos);
  CHECK_FALSE(f.log.load("o/r", 7)->sticky_hidden);
}

TEST_CASE("markers in comments of others are not ours", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.github.comments.push_back({1, std::string(k_sticky_marker) + " forged", false});
  f.github.threads.push_back({2, finding_marker("LL-000000000001"), false});
  f.publish();
  CHECK(f.github.comments.size() == 2);
  CHECK(f.github.threads.size() == 2);
  CHECK_FALSE(f.github.threads[0].minimized);
}

TEST_CASE("nothing is written when the head has moved on or the pull request is closed",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  SECTION("newer head") { f.github.pull.head_sha = "cccc"; }
  SECTION("closed") { f.github.pull.state = "closed"; }
  CHECK(f.publish() == Outcome::superseded);
  CHECK(f.github.rest_calls() == 0);
}

TEST_CASE("a refused review falls back to the lines, the file, the summary",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  f.add_finding("LL-000000000002", 14);
  SECTION("one bad line") {
    f.github.bad_line = 14;
    f.publish();
    REQUIRE(f.github.threads.size() == 2);
    CHECK(f.github.threads[0].line == 12);
    CHECK(f.github.threads[1].line == 0); // on the file
    f.github.forget_calls();
    f.publish();
    CHECK(f.github.threads.size() == 2);
  }
  SECTION("all refused") {
    f.github.refuse = [](const HttpRequest& request) {
      return request.path.find("/pulls/7/") != std::string::npos
                 ? json_response(422, {{"message", "Validation Failed"}})
                 : HttpResponse();
    };
    f.publish();
    CHECK(f.github.threads.empty());
  }
  CHECK(f.github.comments.size() == 1);
}

TEST_CASE("a finding outside of the diff's hunks is commented on the file or not at all",
          "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 25);
  f.add_finding("LL-000000000002", 1).path = "elsewhere.ini";
  f.publish();
  REQUIRE(f.github.threads.size() == 1);
  CHECK(f.github.threads[0].line == 0);
  CHECK(f.github.reviews == 0);
}

TEST_CASE("comments on files are bounded, and no re-run adds more", "[comment_publisher]") {
  PublisherFixture f;
  for (int i = 10; i < 40; ++i) {
    f.add_finding("LL-0000000000" + std::to_string(i), 25); // in no hunk
  }
  f.publish();
  CHECK(f.github.threads.size() == 10);
  SECTION("all as before") {}
  SECTION("on other lines") {
    for (Finding& finding : f.report.findings) {
      finding.line = 27;
    }
  }
  SECTION("a person has hidden some") { f.github.threads[3].minimized = true; }
  for (int i = 0; i < 3; ++i) {
    f.publish();
  }
  CHECK(f.github.threads.size() == 10);
  f.add_finding("LL-000000000099", 25); // what is new is still said
  f.publish();
  CHECK(f.github.threads.size() == 11);
}

TEST_CASE("a pull request has fifty comments on lines and files in sight at most",
          "[comment_publisher]") {
  PublisherFixture f;
  for (int push = 0; push < 4; ++push) {
    for (int i = 0; i < 24; ++i) {
      f.add_finding("LL-0000000" + std::to_string(10'000 + push * 100 + i), 12);
    }
    f.publish();
  }
  CHECK(f.github.threads.size() == 50);
  f.publish();
  CHECK(f.github.threads.size() == 50);
}

TEST_CASE("the configuration can silence comments", "[comment_publisher]") {
  PublisherFixture f;
  f.add_finding("LL-000000000001", 12);
  SECTION("inline") {
    f.publishing.inline_comments = false;
    f.publish();
    CHECK(f.github.threads.empty());
    CHECK(f.github.comments.size() == 1);
  }
  SECTION("below a severity") {
    f.report.findings[0].severity = Severity::low;
    f.publish();
    CHECK(f.github.threads.empty());
  }
  SECTION("sticky") {
    f.publishing.sticky_comment = false;
    f.publish();
    CHECK(f.github.threads.size() == 1);
    CHECK(f.github.comments.empty());
  }
}

TEST_CASE("a crash after any call leaves one comment of each kind behind", "[comment_publisher]") {
  for (const GitHubDouble::Fault kind : {GitHubDouble::Fault::before, GitHubDouble::Fault::after}) {
    bool failed = true;
    for (int at = 1; failed; ++at) {
      CAPTURE(at, kind == GitHubDouble::Fault::before);
      PublisherFixture f;
      f.add_finding("LL-000000000001", 12);
      f.add_finding("LL-000000000002", 14);
      f.github.fault = [&](int call, const HttpRequest&) {
        return call == at ? kind : GitHubDouble::Fault::none;
      };
      failed = false;
      try {
        f.publish();
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::unavailable);
        failed = true;
      }
      f.github.fault = nullptr;
      f.publish();
      CHECK(f.github.threads.size() == 2);
      CHECK(f.github.comments.size() == 1);
      REQUIRE(at < 10);
    }
  }
}
