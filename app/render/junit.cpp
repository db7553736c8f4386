#include "app/render/junit.hpp"

#include "analyzers/risk/findings.hpp"
#include "app/render/markup.hpp"
#include "app/render/words.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

std::string words_of(const Finding& finding) {
  std::string text = markup_escaped(finding.message) + "\n";
  for (const std::string& reason : finding.reasons) {
    text += "- " + markup_escaped(reason) + "\n";
  }
  return text + markup_escaped(burial_sentence(finding)) + "\n";
}

std::string test_case(const Finding& finding, const Policy& policy) {
  std::string text = fmt::format("    <testcase classname=\"leadline.{}\" name=\"{}\" file=\"{}\"",
                                 markup_escaped(finding.rule), markup_escaped(finding.title),
                                 markup_escaped(finding.path));
  if (finding.side == Side::head && finding.line > 0) {
    text += fmt::format(" line=\"{}\"", finding.line);
  }
  text += ">\n";
  if (is_blocking(finding, policy)) {
    text += fmt::format("      <failure type=\"{}\" message=\"{}:{}: {}\">{}</failure>\n",
                        name_of(finding.severity), markup_escaped(finding.path), finding.line,
                        markup_escaped(finding.title), words_of(finding));
  } else {
    text += fmt::format("      <system-out>{}: {}</system-out>\n", name_of(finding.severity),
                        words_of(finding));
  }
  return text + "    </testcase>\n";
}

} // namespace

std::string render_junit(const Report& report, const Policy& policy) {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::string cases;
  for (const Finding& finding : report.findings) {
    ++tests;
    failures += is_blocking(finding, policy) ? 1 : 0;
    cases += test_case(finding, policy);
  }
  for (const Skipped& skipped : report.coverage.skipped) {
    ++tests;
    cases += fmt::format(
        "    <testcase classname=\"leadline.coverage\" name=\"{0}\" file=\"{0}\">\n"
        "      <error type=\"skipped\" message=\"not analysed: {1}\"/>\n    </testcase>\n",
        markup_escaped(skipped.path), markup_escaped(skipped.why));
  }
  if (tests == 0) {
    tests = 1;
    cases = fmt::format("    <testcase classname=\"leadline\" name=\"{}\"/>\n",
                        markup_escaped(headline(report)));
  }
  const std::string counts = fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", tests,
                                         failures, report.coverage.skipped.size());
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"leadline\" {0}>\n"
      "  <testsuite name=\"leadline\" {0}>\n{1}  </testsuite>\n</testsuites>\n",
      counts, cases);
}

} // namespace leadline
