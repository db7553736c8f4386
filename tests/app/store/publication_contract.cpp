#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include "app/jobs/moved_repository.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <thread>

namespace leadline::tests {

void check_publications(const OpenStore& open) {
  auto store = open();
  CHECK_FALSE(store->load("o/r", 7));
  CHECK(store->check_run("o/r", "aa") == 0);
  CHECK_FALSE(store->load_report("o/r", 7, "aa"));
  Publication publication;
  publication.head_sha = "aa";
  publication.check_run_id = 5'000'000'000;
  publication.sticky_comment_id = 6;
  publication.sticky_hidden = true;
  publication.check_name = "risk";
  publication.named_bases = {{"main", "risk"}, {"release/1", "old"}};
  publication.override_label = "accepted";
  publication.overridden = true;
  publication.judged_head = "aa";
  publication.owed_head = "ab";
  publication.queued_heads = {"ac"};
  publication.left_heads = {"ad", "ae"};
  publication.left_to_groups = {8, 9};
  publication.seen = {{k_start, "aa", 5'000'000'000, {"LL-1"}}};
  publication.defaults = "none";
  publication.defaults_changed_by = "d1#0";
  publication.locked_out = k_start;
  publication.moved_to = "o/new";
  publication.findings = {{"LL-1", 11, "node", false}, {"LL-2", 0, "", true}};
  store->save("o/r", 7, publication);
  CHECK(store->load("o/r", 7)->queued_heads.empty());
  store->change("o/r", 7, [](Publication& now) { now.queued_heads = {"ac"}; });
  publication.queued_heads = {"of a copy from before"};
  store->save("o/r", 7, publication);
  publication.queued_heads = {"ac"}; // stay
  store->save_check_run("o/r", "aa", k_check_run_intended);
  store->save_check_run("o/r", "aa", 5'000'000'000);
  store->save_report("o/r", 7, "aa", "{}");
  store->save_report("o/r", 7, "aa", "{\"schema\": 1}\n");
  store = open();
  CHECK(store->load("o/r", 7) == publication);
  CHECK_FALSE(store->load("o/r", 8));
  CHECK(store->check_run("o/r", "aa") == 5'000'000'000);
  CHECK(store->check_run_state("o/r", "aa") == CheckRunState());
  store->save_check_run("o/r", "aa", 6, {CheckRunState::Step::queued, ""});
  CHECK(store->check_run_state("o/r", "aa").step == CheckRunState::Step::queued);
  const CheckRunState ended{CheckRunState::Step::ended, "d1#7"};
  store->save_check_run("o/r", "aa", 7, ended);
  CHECK(store->check_run_state("o/r", "aa") == ended);
  const CheckRunState named{CheckRunState::Step::queued, "d 1#7", "a name"};
  store->save_check_run("o/r", "aa", 7, named);
  CHECK(store->check_run_state("o/r", "aa") == named);
  store->save_check_run("o/r", "aa a name", 7, {CheckRunState::Step::ended, "", "a name"});
  CHECK(store->check_run_state("o/r", "aa a name").name == "a name");
  store->save_check_run("o/r", "aa", 8);
  CHECK(store->check_run_state("o/r", "aa") == CheckRunState());
  CHECK(store->check_run_state("o/r", "bb") == CheckRunState());
  // What is not known to have ended, and whose it is.
  const TimePoint later =
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()) + 1h;
  CHECK(store->open_check_runs(later, 10).empty());
  const CheckRunState begun{CheckRunState::Step::unknown, "d1#7"};
  const CheckRunState queued{CheckRunState::Step::queued, "d 2#8"};
  store->save_check_run("o/r", "aa", k_check_run_intended, begun);
  next_millisecond();
  store->save_check_run("o/s", "ab", 12, queued);
  store->save_check_run("o/s", "ac", 13, {CheckRunState::Step::queued, ""});
  store->save_check_run("o/s", "ad", 14, ended);
  CHECK(store->check_run_state("o/r", "aa") == begun);
  CHECK(store->check_run_state("o/s", "ab") == queued);
  CHECK(store->check_run_state("o/s", "ac").step == CheckRunState::Step::queued);
  const std::vector<OpenCheckRun> open_runs = {{"o/r", "aa", "d1#7"}, {"o/s", "ab", "d 2#8"}};
  CHECK(store->open_check_runs(later, 10) == open_runs);
  CHECK(store->open_check_runs(later, 1).size() == 1);
  CHECK(store->open_check_runs(k_start, 10).empty());
  store->save_check_run("o/r", "aa", 9, ended);
  store->save_check_run("o/s", "ab", 12, ended);
  CHECK(store->open_check_runs(later, 10).empty());
  CHECK(store->load_report("o/r", 7, "aa") == "{\"schema\": 1}\n");
  // Two pull requests may share a head.
  store->save_report("o/r", 8, "aa", "{\"schema\": 1, \"of\": 8}\n");
  CHECK(store->load_report("o/r", 7, "aa") == "{\"schema\": 1}\n");
  CHECK(store->load_report("o/r", 8, "aa") == "{\"schema\": 1, \"of\": 8}\n");
  store->save_report("o/r", 9, "ab", "{}");
  store->save_report("o/s", 10, "aa", "{}");
  CHECK(store->pulls_with_report("o/r", "aa") == std::vector<int>{7, 8});
  CHECK(store->pulls_with_report("o/r", "ff").empty());
  publication.findings.clear();
  store->save("o/r", 7, publication);
  CHECK(store->load("o/r", 7) == publication);
}

void check_ended_words(const OpenStore& open) {
  using Names = std::vector<std::string>;
  auto store = open();
  const TimePoint end = k_start + 24h;
  Acknowledgement word;
  word.request = "comment-1";
  word.repository = "o/word";
  word.finding_id = "LL-1";
  word.until = end;
  store->acknowledge(word);
  word.repository = "o/withdrawn";
  store->acknowledge(word);
  store->withdraw(store->acknowledgements("o/withdrawn").at(0).id, "kim", k_start);
  word.repository = "o/endless";
  word.until = {};
  store->acknowledge(word);
  // What ends by the rules that judged alone stands in the report, of a merge group too.
  store->save_report("o/pull", 7, "aa", "{}", end);
  store->save_report("o/pull", 8, "bb", "{}", end);
  store->save_report("o/group", 0, "cc", "{}", end + 1h);
  store->save_report("o/none", 7, "aa", "{}");
  store->save_report("o/judged anew", 7, "aa", "{}", end);
  store->save_report("o/judged anew", 7, "aa", "{}", end + 48h);
  store = open();
  CHECK(store->repositories_with_ended({}, end - 1ms).empty());
  CHECK(store->repositories_with_ended({}, end) == Names{"o/pull", "o/word"});
  CHECK(store->repositories_with_ended(end - 1ms, end) == Names{"o/pull", "o/word"});
  CHECK(store->repositories_with_ended(end, end + 2h) == Names{"o/group"});
  store->move_publications("o/group", "o/moved");
  CHECK(store->repositories_with_ended(end, end + 2h) == Names{"o/moved"});
  CHECK(store->repositories_with_ended(end + 2h, end + 48h) == Names{"o/judged anew"});
}

void check_repository_moves(const OpenStore& open) {
  auto store = open();
  const auto publication = [](std::int64_t sticky) {
    Publication made;
    made.head_sha = "aa";
    made.base_sha = "bb";
    made.sticky_comment_id = sticky;
    return made;
  };
  store->save("o/new", 8, publication(1)); // of who had the name before
  next_millisecond();
  store->save("o/old", 7, publication(7));
  store->save("o/old", 8, publication(8));
  store->save("o/old", 9, publication(9));
  store->save_check_run("o/old", "aa", 5);
  store->save_report("o/old", 7, "aa", "{}");
  next_millisecond();
  store->save("o/new", 9, publication(99)); // by a run that was faster than the news
  store->save("o/other", 7, publication(3));

  record(*store, "d1", {pull_job("o/old", 7, "aa")});
  Job again = pull_job("o/old", 8, "aa");
  again.again = true;
  record(*store, "d2", {again});
  record(*store, "d3", {pull_job("o/old", 5, "aa")});
  LeasedJob leased = lease(*store); // 7
  REQUIRE(leased.job.pull_number == 7);
  CHECK(store->bury(leased, "refused", k_start));
  record(*store, "d4", {pull_job("o/new", 8, "bb")});
  record(*store, "d5", {pull_job("o/other", 1, "aa")});

  for (int tries = 0; tries < 2; ++tries) { // it may be told twice
    store->move_publications("o/old", "o/new");
    store->move_jobs("o/old", "o/new", 2, k_start);
  }
  store = open();
  CHECK(store->load("o/new", 7) == publication(7));
  CHECK(store->load("o/new", 8) == publication(8));
  CHECK(store->load("o/new", 9) == publication(99));
  CHECK_FALSE(store->load("o/old", 7));
  CHECK_FALSE(store->load("o/old", 9));
  CHECK(store->load("o/other", 7) == publication(3));
  CHECK(store->check_run("o/new", "aa") == 5);
  CHECK(store->check_run("o/old", "aa") == 0);
  CHECK(store->load_report("o/new", 7, "aa") == "{}");
  Acknowledgement word;
  word.request = "comment 1";
  word.repository = "o/old";
  word.finding_id = "LL-1";
  store->acknowledge(word);
  Job move;
  move.kind = JobKind::command;
  for (const auto& [from, to] : {std::pair("o/old", "o/new"), std::pair("o/new", "o/old"),
                                 std::pair("o/old", "o/new")}) { // there, back, and there again
    move.repository = to;
    move.command = std::string(k_moved_from) + from;
    CHECK(move_acknowledgements(*store, move, k_start) == 1);
    CHECK(store->acknowledgements(to).size() == 1);
    CHECK(store->acknowledgements(from).empty());
  }
  store->move_publications("o/new", "o/new");
  CHECK(store->load("o/new", 7) == publication(7));

  std::map<int, Job> waiting;
  for (const JobRecord& each : store->jobs(JobState::waiting, 100)) {
    if (each.job.repository != "o/other") {
      CHECK(each.job.repository == "o/new");
      waiting[each.job.pull_number] = each.job;
    }
  }
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[5].installation_id == 2);
  CHECK(waiting[8].head_sha == "bb"); // the newer one, which keeps what a person asked for
  CHECK(waiting[8].again);
  CHECK(state_of(*store, "d2") == DeliveryState::superseded);
  CHECK(state_of(*store, "d3") == DeliveryState::queued);
  CHECK(store->queue_stats(k_start).lost == 0);
  const auto dead = store->jobs(JobState::dead, 1);
  CHECK(dead.at(0).job.repository == "o/new");
  CHECK(store->revive(dead.at(0).job.id, k_start));
  // Lanes go by the new name: of one pull request one job runs at a time.
  std::size_t running = 0;
  while (store->lease_next({"worker", k_start, k_lease})) {
    ++running;
  }
  CHECK(running == 4);
}

// What one server writes is not lost by what another one has read before.
void check_facts_of_a_repository(const OpenStore& open) {
  constexpr int k_each = 20;
  const auto add = [](Store& store, const std::string& base) {
    store.change("o/r", 0, [&](Publication& facts) {
      std::this_thread::sleep_for(1ms); // the other one has read by then, were it let
      facts.named_bases.push_back({base, "leadline"});
    });
  };
  auto store = open();
  std::vector<std::thread> servers;
  for (int server = 0; server < 2; ++server) {
    servers.emplace_back([&, server, own = open()] {
      for (int i = 0; i < k_each; ++i) {
        add(*own, std::to_string(server) + "-" + std::to_string(i));
      }
    });
  }
  for (std::thread& server : servers) {
    server.join();
  }
  std::set<std::string> bases;
  const auto facts = store->load("o/r", 0);
  REQUIRE(facts);
  for (const NamedBase& named : facts->named_bases) {
    bases.insert(named.base_ref);
  }
  CHECK(bases.size() == 2 * k_each);
  CHECK_THROWS_AS(store->change("o/r", 0,
                                [](Publication& row) {
                                  row = Publication();
                                  throw Error(ErrorKind::bad_input, "no");
                                }),
                  Error);
  CHECK(store->load("o/r", 0) == facts);
  store->change("o/s", 0, [](Publication&) {});
  CHECK(store->load("o/s", 0) == Publication());
}

} // namespace leadline::tests
