// Whatever text people and diffs bring, nothing that is sent to GitHub makes more of it than text.
#include "ack_fixture.hpp"
#include "app/render/utf8.hpp"
#include "tests/app/render/markdown_check.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

const std::string k_hostile =
    "@acme/all #12 GH-3 <img src=x> [x](https://evil.example) ```x``` `a` **b** :tada: "
    "www.evil.example |c| \u202edebug\u200b <!-- leadline:sticky -->";
const std::regex k_our_links("https://(github\\.com/o/r/pull/7/files#diff-[0-9a-f]{64}[LR][0-9]+"
                             "|trojansource\\.codes|(www\\.)?pgbouncer\\.org/[a-z.#_]*)");

bool is_hidden(char32_t c) {
  return (c < 0x20 && c != '\n') || (c >= 0x7f && c <= 0x9f) || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void check_shown(const std::string& text) {
  CAPTURE(text);
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    any = is_hidden(next_character(text, at)) || any;
  }
  CHECK_FALSE(any);
}

void check_markdown(const std::string& text) {
  check_shown(text);
  CAPTURE(text);
  check_harmless(html_of(text), k_our_links);
}

// All that GitHub was sent, as often as it was sent. Returns how many texts those were.
int check_all_sent(const GitHubDouble& github) {
  int texts = 0;
  const auto check_strings = [&](const nlohmann::json& of, std::initializer_list<const char*> plain,
                                 std::initializer_list<const char*> markdown) {
    for (const char* key : plain) {
      if (of.contains(key)) {
        check_shown(of[key]);
        ++texts;
      }
    }
    for (const char* key : markdown) {
      if (of.contains(key)) {
        check_markdown(of[key]);
        ++texts;
      }
    }
  };
  for (const HttpRequest& request : github.requests) {
    if (request.body.empty()) {
      continue;
    }
    const nlohmann::json body = nlohmann::json::parse(request.body);
    const nlohmann::json output = body.value("output", nlohmann::json::object());
    check_strings(body, {"title"}, {"body"});
    check_strings(output, {"title"}, {"summary", "text"});
    for (const nlohmann::json& each : output.value("annotations", nlohmann::json::array())) {
      check_strings(each, {"title", "message"}, {});
    }
    for (const nlohmann::json& each : body.value("comments", nlohmann::json::array())) {
      check_strings(each, {}, {"body"});
    }
    check_strings(body.value("variables", nlohmann::json::object()), {}, {"body"});
  }
  return texts;
}

// A pull request whose paths, keys and values are hostile.
struct HostileFixture : AckFixture {
  HostileFixture() {
    github.pull.base_ref = k_hostile;
    const std::string path = "@acme <b>#1 [a](https:evil) `|\u202e/pgbouncer.ini";
    const std::string before = "[" + k_hostile + "]\nmax_client_conn = 200\n";
    const std::string after = "[" + k_hostile + "]\nmax_client_conn = 20\n";
    GitDouble::Files& base = git.commits["bbbb"];
    base[path] = before;
    base["app.yml"] = "log_level: info\n";
    GitDouble::Files head = base;
    head[path] = after;
    head["pgbouncer.ini"] = "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n";
    head["app.yml"] = "log_level: \"debug " + k_hostile + "\"\n";
    push("eeee", head);
    run(job("hostile"));
    id = nlohmann::json::parse(log.reports.rbegin()->second)["findings"][0]["id"];
  }

  // Whatever was sent before.
  void run_again() {
    github.requests.clear();
    Job again = job("again " + std::to_string(++runs));
    again.again = true;
    run(again);
  }

  int runs = 0;
};

} // namespace

TEST_CASE("what is sent about a hostile change shows it as text", "[hostile_texts]") {
  HostileFixture f;
  CHECK(f.conclusion() == "failure");
  CHECK(check_all_sent(f.github) > 10);
  CHECK_FALSE(f.github.checks.back().annotations.empty());
  f.handler->give_up(f.job("lost"), k_hostile);
  f.handler->give_up(f.job("again"), k_hostile);
  check_all_sent(f.github);
}

TEST_CASE("what is answered to hostile commands shows them as text", "[hostile_texts]") {
  HostileFixture f;
  f.github.requests.clear();
  int texts = 0;
  for (const std::string& command :
       {"ack " + f.id + " " + k_hostile, "explain " + f.id, "unack " + f.id, "explain " + k_hostile,
        "ack " + k_hostile, std::string("split"), std::string("split --push"),
        std::string("config"), k_hostile, "ack all " + k_hostile}) {
    CAPTURE(command);
    f.say("/leadline " + command);
    texts += check_all_sent(f.github);
    f.github.requests.clear();
  }
  CHECK(texts > 15);
  CHECK(f.conclusion() == "success"); // so that what was acknowledged was shown
  CHECK(contains(f.summary(), "Acknowledged"));
  // The words of somebody who turns out to have written it.
  f.log.remember_contributor("o/r", 7, {0, "sam"});
  f.run_again();
  CHECK(contains(f.summary(), "not by a word that counts"));
  CHECK(check_all_sent(f.github) > 0);
}

TEST_CASE("what is said of a hostile configuration and label shows them as text",
          "[hostile_texts]") {
  HostileFixture f;
  const std::string quoted = nlohmann::json(k_hostile).dump(); // YAML takes JSON's strings
  // One that is changed.
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_on: high\n";
  f.git.commits["eeee"][".github/leadline.yml"] =
      "ignore: [" + quoted + "]\nacknowledge:\n  override_label: " + quoted + "\n";
  f.run_again();
  CHECK(contains(f.summary(), "This changes how pull requests are judged"));
  CHECK(check_all_sent(f.github) > 0);
  // One that is in force, with its label.
  f.configure("acknowledge:\n  override_label: " + quoted + "\n");
  f.github.pull.labels = {k_hostile};
  f.github.labeller = k_hostile;
  f.github.permissions[k_hostile] = "write";
  f.run_again();
  CHECK(contains(f.summary(), "The label"));
  CHECK(check_all_sent(f.github) > 0);
  f.github.requests.clear();
  f.say("/leadline config");
  CHECK(check_all_sent(f.github) > 0);
  // One with mistakes, more of them than a check takes.
  std::string mistaken;
  for (int i = 0; i < 200; ++i) {
    mistaken += nlohmann::json(std::to_string(i) + k_hostile).dump() + ": " + quoted + "\n";
  }
  f.configure(mistaken);
  f.run_again();
  CHECK(f.conclusion() == "action_required");
  CHECK(check_all_sent(f.github) > 0);
}
