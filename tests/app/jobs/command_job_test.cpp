#include "app/jobs/job_handlers.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

Job command(const JobFixture& f, const std::string& text, const std::string& sender = "sam") {
  Job job = f.job();
  job.kind = JobKind::command;
  job.command = text;
  job.comment_id = 77;
  job.sender = sender;
  return job;
}

} // namespace

TEST_CASE("help is given once in a pull request, unknown commands included", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline frobnicate now"));
  REQUIRE(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.find("/leadline rerun") != std::string::npos);
  f.run(command(f, "/leadline dance"));
  f.run(command(f, "/leadline"));
  f.run(command(f, "/leadline help"));
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.reactions[77] ==
        std::vector<std::string>{"eyes", "eyes", "confused", "eyes", "eyes"});
}

TEST_CASE("who may not write gets no answer but a reaction", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline help", "kim"));
  f.run(command(f, "/leadline help", "stranger"));
  CHECK(f.github.comments.empty());
  CHECK(f.github.reactions[77] == std::vector<std::string>{"confused", "confused"});
}

TEST_CASE("a comment that is gone gets no receipt and no failure", "[command_job]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.find("/reactions") != std::string::npos
               ? json_response(404, {{"message", "Not Found"}})
               : HttpResponse();
  };
  f.run(command(f, "/leadline help"));
  CHECK(f.github.comments.size() == 1);
}

TEST_CASE("a re-run that comes as a command becomes a pull request's job", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline RERUN"));
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::pull_request);
  CHECK(f.queue.jobs[0].again);
  CHECK(f.queue.jobs[0].reason == "rerun by sam");
}
