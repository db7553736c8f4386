#include "app/web/report_route.hpp"

#include "app/jobs/moved_repository.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/render/json.hpp"
#include "tests/app/github/github_double.hpp"
#include "tests/app/render/render_data.hpp"
#include "tests/app/web/raw_client.hpp"
#include "tests/app/web/served_store.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::tests;

namespace {

const ReportAddress k_address = {"acme/shop", 7, "aaaa"};
const std::string k_public = "https://leadline.example/app";

struct ServedReports : ServedStore {
  TestClock clock;
  ReportLinks links{k_public, {secret, Secret("older")}};
  std::unique_ptr<HttpServer> pages;

  ServedReports() {
    pages = HttpServer::create({}, {report_route({links, *store, clock, logger})}, logger);
    pages->start();
    store->save_report("acme/shop", 7, "aaaa", read_render_data("hostile/input.json"));
  }

  // What stands behind the public address.
  std::string target(const ReportLinks& from) const {
    return from.link(k_address, clock.now()).substr(k_public.size());
  }
  std::string ask(const std::string& at) const {
    RawClient client(pages->port());
    client.send("GET " + at + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.receive_answer();
  }
  std::string status(const std::string& at) const { return ask(at).substr(9, 3); }
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  REQUIRE(text.find(what) != std::string::npos);
  return text.replace(text.find(what), what.size(), with);
}

} // namespace

TEST_CASE("a link opens the report that it was made for, as a page that runs nothing",
          "[report_route]") {
  const ServedReports bench;
  CHECK(bench.links.link(k_address, bench.clock.now()).starts_with(k_public + "/report?"));
  const std::string page = bench.ask(bench.target(bench.links));
  CHECK(page.substr(9, 3) == "200");
  CHECK(page.find("Content-Type: text/html") != std::string::npos);
  CHECK(page.find("X-Robots-Tag: noindex") != std::string::npos);
  CHECK(page.find("<h1>") != std::string::npos);
  CHECK(page.find("<script") == std::string::npos);
  const std::string policy = "Content-Security-Policy: ";
  CHECK(page.find(policy + "default-src 'none'; style-src") != std::string::npos);
  CHECK(page.find(policy) == page.rfind(policy)); // two would both hold
  const std::string json = bench.ask(bench.target(bench.links) + "&format=json");
  CHECK(json.find("application/json") != std::string::npos);
  CHECK(json.find(read_render_data("hostile/input.json").substr(0, 40)) != std::string::npos);
}

TEST_CASE("nobody can make, change or keep using a link to a report", "[report_route]") {
  ServedReports bench;
  const std::string good = bench.target(bench.links);
  CHECK(bench.status(good) == "200");
  // The older secret's links are believed while it is one of them.
  CHECK(bench.status(bench.target(ReportLinks(k_public, {Secret("older")}))) == "200");
  const std::size_t signature = good.find("signature=") + 10;
  for (const std::string& bad :
       {bench.target(ReportLinks(k_public, {Secret("guessed")})),
        replaced(good, "pull=7", "pull=8"), replaced(good, "head=aaaa", "head=bbbb"),
        replaced(good, "shop", "bank"), replaced(good, "expires=", "expires=9"),
        good.substr(0, signature), good.substr(0, signature + 20), std::string("/report"),
        // A signature of a webhook is none of a link.
        good.substr(0, signature) + bench.sign("acme/shop\n7\naaaa\n").substr(7)}) {
    CAPTURE(bad);
    CHECK(bench.status(bad) == "403");
    CHECK(bench.ask(bad).find("finding") == std::string::npos);
  }
  CHECK(bench.status(good + "&pull=8") == "400");
  CHECK(bench.status(good + "&x=1") == "400");
  bench.clock.pass(std::chrono::hours(24 * 89));
  CHECK(bench.status(good) == "200");
  bench.clock.pass(std::chrono::hours(24 * 3));
  CHECK(bench.status(good) == "410");
  CHECK(bench.status(bench.target(bench.links)) == "200");
}

TEST_CASE("a report that is gone, or of another version, is told", "[report_route]") {
  const ServedReports bench;
  const auto at = [&](const ReportAddress& address) {
    return bench.links.link(address, bench.clock.now()).substr(k_public.size());
  };
  CHECK(bench.status(at({"acme/shop", 8, "aaaa"})) == "404");
  bench.store->save_report("acme/shop", 9, "aaaa", "{\"schema\": 1}");
  CHECK(bench.ask(at({"acme/shop", 9, "aaaa"})).find("application/json") != std::string::npos);
  // Without a public address there is no link; groups of merge queues have them.
  CHECK(ReportLinks().link(k_address, bench.clock.now()).empty());
  CHECK(ReportLinks("", {Secret("s")}).link(k_address, bench.clock.now()).empty());
  const std::string of_group = at({"acme/shop", 0, "aaaa"});
  CHECK(bench.status(of_group) == "404");
  bench.store->save_report("acme/shop", 0, "aaaa", read_render_data("hostile/input.json"));
  CHECK(bench.status(of_group) == "200");
  CHECK(bench.status(replaced(of_group, "pull=0", "pull=")) == "403");
  CHECK(bench.status(replaced(of_group, "pull=0", "pull=x")) == "403");
  bench.store->forget("acme/shop");
  CHECK(bench.status(of_group) == "404");
}

TEST_CASE("a link to a report outlives the name of its repository", "[report_route]") {
  const ServedReports bench;
  const auto at = [&](const ReportAddress& address) {
    return bench.links.link(address, bench.clock.now()).substr(k_public.size());
  };
  const std::string old_link = bench.target(bench.links);
  const auto move = [&](const std::string& from, const std::string& to) {
    Job job;
    job.kind = JobKind::command;
    job.repository = to;
    job.command = k_moved_from + from;
    move_publications(*bench.store, job);
    move_publications(*bench.store, job); // tried again
  };
  Publication known;
  known.check_name = "risk";
  bench.store->save("acme/shop", 0, known);
  move("acme/shop", "acme/store");
  CHECK(bench.status(old_link) == "200");
  move("acme/store", "corp/store");
  CHECK(bench.status(old_link) == "200");
  CHECK(bench.store->load("corp/store", 0)->check_name == "risk");
  // Somebody else takes the name: their reports are theirs, ours are still found.
  bench.store->save_report("acme/shop", 7, "cccc", read_render_data("hostile/input.json"));
  CHECK(bench.status(at({"acme/shop", 7, "cccc"})) == "200");
  CHECK(bench.status(at({"acme/shop", 7, "dddd"})) == "404");
  CHECK(bench.status(old_link) == "200");
  // And back: no name leads to itself.
  bench.store->forget("acme/shop");
  move("corp/store", "acme/shop");
  CHECK(bench.status(old_link) == "200");
  CHECK(bench.status(at({"acme/store", 7, "dddd"})) == "404");
  CHECK(bench.store->load("acme/shop", 0)->check_name == "risk");
  CHECK(bench.store->load("acme/shop", 0)->moved_to.empty());
}

TEST_CASE("a page says what was acknowledged, by whom, when and why", "[report_route]") {
  const ServedReports bench;
  const std::string stored = read_render_data("hostile/input.json");
  const auto finding = report_from_json(stored).findings.at(0);
  const std::string until = "2027-01-15T08:00:00Z";
  const std::string at = "2026-12-15T08:00:00Z";
  std::vector<StoredWord> words = {{finding.id, "sam", "it is <meant>", until, "", at}};
  words.push_back({finding.id, "kim", "fine", "", "its giver has <left>", at});
  bench.store->save_report("acme/shop", 7, "aaaa", with_words(stored, words, {}, ""));
  const std::string page = bench.ask(bench.target(bench.links));
  const std::string sam = "Acknowledged by sam on " + at;
  const std::string kim = "Acknowledged by kim on " + at;
  CHECK(page.find(sam + " until " + until + ": it is &lt;meant&gt;") != std::string::npos);
  CHECK(page.find(kim + ", which does not count here: its giver has &lt;left&gt;") !=
        std::string::npos);
  CHECK(page.find(sam) == page.rfind(sam));
}
