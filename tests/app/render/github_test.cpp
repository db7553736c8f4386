#include "analyzers/file_reading.hpp"
#include "app/render/github.hpp"
#include "app/render/json.hpp"

#include "app/render/markdown.hpp"
#include "app/render/text.hpp"
#include "app/render/utf8.hpp"
#include "tests/app/render/markdown_check.hpp"
#include "tests/app/render/render_data.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <set>

using namespace leadline;

namespace {

const RunContext k_run = {"octo-org/shop",
                          4271,
                          "2f6c0a9e4d7b81305c64a1e9f0d2b3c4a5968778",
                          "opened",
                          "https://github.com",
                          {},
                          ""};
const std::regex k_links(
    "https://(github.com/octo-org/shop/pull/4271/files#diff-[0-9a-f]{64}[LR][0-9]+|ok.example/x)");

Report sample(const std::string& name) {
  return report_from_json(read_render_data(name + "/input.json"));
}

} // namespace

TEST_CASE("hostile text makes no link, mention, reference or HTML in anything that GitHub shows",
          "[github]") {
  const Report report = sample("hostile");
  const CheckTexts texts = check_texts(report, k_run);
  std::vector<std::string> documents = {
      texts.summary, texts.text, sticky_comment(report, k_run).value(), render_markdown(report)};
  for (const Finding& finding : report.findings) {
    documents.push_back(inline_comment(finding));
  }
  RunContext run = k_run;
  run.reason = "rerun by @octocat <script>";
  documents.push_back(retired_comment(run));
  for (const std::string& document : documents) {
    CAPTURE(document);
    const std::string html = html_of(document);
    check_harmless(html, k_links);
    CHECK(count_of(html, "<!--") == count_of(document, "\n<!-- leadline:") +
                                        (document.rfind("<!-- leadline:", 0) == 0 ? 1 : 0));
  }
}

TEST_CASE("the check that Markdown is harmless sees what is harmful", "[github]") {
  CHECK(html_of("@octocat https://x.example").find("<a href=\"https://x.example\"") !=
        std::string::npos);
  CHECK(html_of("<script>x</script>").find("<script>") != std::string::npos);
}

TEST_CASE("the tables of comments keep their columns whatever stands in them", "[github]") {
  for (const std::string& name : render_cases()) {
    CAPTURE(name);
    const Report report = sample(name);
    for (const std::string& document :
         {sticky_comment(report, k_run).value_or(""), render_markdown(report)}) {
      static const std::regex row("<tr>[\\s\\S]*?</tr>");
      static const std::regex table("<table>[\\s\\S]*?</table>");
      const std::string html = html_of(document);
      for (auto t = std::sregex_iterator(html.begin(), html.end(), table);
           t != std::sregex_iterator(); ++t) {
        const std::string text = t->str();
        std::set<int> columns_of_rows;
        for (auto r = std::sregex_iterator(text.begin(), text.end(), row);
             r != std::sregex_iterator(); ++r) {
          columns_of_rows.insert(count_of(r->str(), "<td") + count_of(r->str(), "<th"));
          CHECK(count_of(r->str(), "<td></td>") == 0);
        }
        CHECK(columns_of_rows.size() == 1);
      }
    }
  }
}

TEST_CASE("a terminal gets nothing but our own colours to obey", "[text]") {
  for (const std::string& name : render_cases()) {
    for (const int width : {1, 40, 59, 69, 80, 200}) {
      CAPTURE(name, width);
      const Report report = sample(name);
      const std::string plain = render_text(report, {false, width});
      CHECK(plain.find('\x1b') == std::string::npos);
      static const std::regex ours("\x1b\\[(0|1|2|31|32|33|34|35|36|1;31)m");
      const std::string colored = std::regex_replace(render_text(report, {true, width}), ours, "");
      CHECK(colored == plain);
      for (std::size_t at = 0; at < plain.size();) {
        const char32_t c = next_character(plain, at);
        REQUIRE((c >= 0x20 || c == '\n'));
        REQUIRE_FALSE((c >= 0x7f && c <= 0x9f));
        REQUIRE_FALSE((c >= 0x202a && c <= 0x202e));
      }
    }
  }
}

TEST_CASE("text stays inside its width but for addresses, which stay whole", "[text]") {
  for (const std::string& name : render_cases()) {
    for (const int width : {40, 50, 60, 72, 100, 110}) {
      const Report report = sample(name);
      std::string line;
      for (const char c : render_text(report, {false, width})) {
        if (c != '\n') {
          line += c;
          continue;
        }
        CAPTURE(name, width, line);
        CHECK((columns(line) <= width || line.find("source: https://") != std::string::npos));
        line.clear();
      }
    }
  }
}

TEST_CASE("the sticky comment exists when there is something to say", "[github]") {
  CHECK_FALSE(sticky_comment(sample("quiet"), k_run));
  CHECK(sticky_comment(sample("incident"), k_run));
  CHECK(sticky_comment(sample("incomplete"), k_run));
  Report split = sample("quiet");
  split.split.recommended = true;
  CHECK(sticky_comment(split, k_run));
  CHECK(sticky_comment(sample("incident"), k_run)->rfind(k_sticky_marker, 0) == 0);
  CHECK(retired_comment(k_run).rfind(k_sticky_marker, 0) == 0);
}

TEST_CASE("the check tells binary files from those that nobody reads settings of", "[github]") {
  Report report = sample("quiet");
  report.coverage.unread = {{"logo.png", k_binary}, {"a.db", k_binary}, {"x.foo", "no reader"}};
  CHECK(check_texts(report, k_run).summary.find("0 skipped, 2 binary, 1 not read for settings") !=
        std::string::npos);
}

TEST_CASE("the title of the check says what was found and where", "[github]") {
  CHECK(check_texts(sample("incident"), k_run).title ==
        "1 critical, 1 medium: max_client_conn 200 -> 20 on line 643 of 847");
  CHECK(check_texts(sample("quiet"), k_run).title == "No risky setting in 44 diff lines");
  CHECK(check_texts(sample("incomplete"), k_run).title ==
        "Not fully analysed: 38 of 40 files read, 2 skipped");
}

TEST_CASE("a suggestion is offered only where GitHub takes one", "[github]") {
  const Finding finding = sample("incident").findings.front();
  const auto offered = [](const Finding& f) {
    return inline_comment(f).find("```suggestion\n") != std::string::npos;
  };
  CHECK(offered(finding));
  Finding changed = finding;
  changed.side = Side::base;
  CHECK_FALSE(offered(changed));
  changed = finding;
  changed.suggestion.clear();
  CHECK_FALSE(offered(changed));
  changed = finding;
  changed.suggestion = "a\nb";
  CHECK_FALSE(offered(changed));
  changed = finding;
  changed.suggestion = "a = \xE2\x80\xAE"
                       "1";
  CHECK_FALSE(offered(changed));
  changed = finding;
  changed.suggestion = "\ta = 1";
  CHECK(offered(changed));
}

TEST_CASE("the finding's marker ends its comment, whatever was cut", "[github]") {
  Finding finding = sample("hostile").findings.front();
  for (int i = 0; i < 3000; ++i) {
    finding.reasons.push_back(std::string(400, '|'));
  }
  for (const std::string& suggestion : {std::string("x = 1"), std::string(70'000, 'x')}) {
    finding.suggestion = suggestion;
    const std::string body = inline_comment(finding);
    CHECK(count_characters(body) <= 65'536);
    CHECK(body.size() > 1000);
    const std::string marker = finding_marker(finding.id) + "\n";
    CHECK(body.substr(body.size() - marker.size()) == marker);
    CHECK(count_of(body, "```suggestion\n") == (suggestion.size() < 100 ? 1 : 0));
  }
}

TEST_CASE("a report of any size fits into GitHub's limits and says what it leaves out",
          "[github]") {
  Report report = sample("hostile");
  const Finding finding = report.findings.front();
  const SplitGroup group = report.split.groups.front();
  for (int i = 0; i < 5000; ++i) {
    report.findings.push_back(finding);
    report.split.groups.push_back(group);
    report.coverage.skipped.push_back({std::string(4000, '`'), std::string(4000, '<')});
    report.domains.push_back(report.domains.front());
    report.verdict.reasons.push_back(std::string(4000, '&'));
  }
  const CheckTexts texts = check_texts(report, k_run);
  CHECK(count_characters(texts.title) <= 255);
  CHECK(count_characters(texts.summary) <= 65'535);
  CHECK(count_characters(texts.text) <= 65'535);
  const std::string sticky = sticky_comment(report, k_run).value();
  CHECK(count_characters(sticky) <= 65'536);
  CHECK_THAT(sticky, Catch::Contains("and 4,962 more"));
}

TEST_CASE("whatever is cut says how much is missing and where all of it is", "[github]") {
  Report report = sample("incident");
  report.range.merge_base = "00aa11bb22cc33dd44ee55ff66778899aabbccdd";
  const Finding finding = report.findings.front();
  const SplitGroup group = report.split.groups.front();
  for (int i = 0; i < 200; ++i) {
    report.findings.push_back(finding);
    report.split.groups.push_back(group);
    report.coverage.skipped.push_back({std::string(100, 'p'), std::string(200, 'w')});
    report.domains.push_back(report.domains.front());
  }
  RunContext run = k_run;
  for (int i = 0; i < 60; ++i) {
    run.acknowledged.push_back({finding, "sam", "2026-01-31T08:00:00Z", "meant", ""});
  }
  run.notes = "#### Further\n\n" + std::string(70'000, 'n') + "\n\n#### More of it\n";
  for (const bool has_page : {false, true}) {
    CAPTURE(has_page);
    run.report_url = has_page ? "https://l.example/report?a=1&b=2" : "";
    const std::string whole = has_page ? "[The whole report](https://l.example/report?a=1&b=2)"
                                       : "`leadline analyze " + report.range.merge_base + ".." +
                                             run.head_sha + "` prints all";
    const CheckTexts texts = check_texts(report, run);
    CHECK(count_characters(texts.summary) <= 65'535);
    CHECK_THAT(texts.summary, Catch::Contains("more: " + whole));
    CHECK_THAT(texts.summary, Catch::EndsWith(whole + "\n"));
    CHECK_THAT(texts.summary, Catch::Contains("lines are missing, with: More of it. "));
    CHECK(count_of(texts.summary, "more: " + whole) == 3); // findings, acknowledged, skipped
    CHECK(count_of(texts.text, "more: " + whole) == 2);    // groups, domains
    CHECK(count_of(*sticky_comment(report, run), "more: " + whole) == 4);
    const std::string html = html_of(texts.summary);
    CHECK(count_of(html, "<a href=\"https://l.example/report?a=1&amp;b=2\">The whole report</a>") ==
          (has_page ? 4 : 0));
  }
}

TEST_CASE("a text that is cut inside a folded block of code does not swallow the notice",
          "[github]") {
  Report report = sample("quiet");
  RunContext run = k_run;
  run.notes = "<details><summary>x</summary>\n\n```sh\n";
  for (int i = 0; i < 9000; ++i) {
    run.notes += "command\n";
  }
  run.notes += "```\n\n</details>\n";
  const std::string html = html_of(check_texts(report, run).summary);
  CHECK(html.rfind("</details>") > html.rfind("<pre>"));
  CHECK(html.find("<strong>Cut here, GitHub takes no more</strong>") > html.rfind("</details>"));
}

TEST_CASE("an answer that is cut leaves no block open and says where the whole is", "[github]") {
  std::string text = "<details><summary>x</summary>\n\n```\n";
  for (int i = 0; i < 9000; ++i) {
    text += "command\n";
  }
  const std::string body = comment_body(text + "```\n\n</details>\n", "It is elsewhere.");
  CHECK(count_characters(body) <= 65'536);
  const std::string html = html_of(body);
  CHECK(html.find("It is elsewhere.") > html.rfind("</details>"));
  CHECK(html.find("It is elsewhere.") != std::string::npos);
  CHECK(comment_body("short", "x") == "short");
}

TEST_CASE("cutting counts characters, prefers line ends and says so", "[github]") {
  CHECK(cut("abc", 3, "!") == "abc");
  CHECK(cut("abcd", 3, "!") == "ab!");
  CHECK(cut("ab\ncd\nefgh", 8, "!") == "ab\ncd\n!");
  CHECK(cut("ääääää", 4, "!") == "äää!");
  CHECK(cut("abcdef", 0, "notice").empty());
}
