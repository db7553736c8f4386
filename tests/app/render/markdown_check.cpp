#include "tests/app/render/markdown_check.hpp"

#include <catch2/catch.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

namespace leadline {

std::string html_of(const std::string& markdown) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("leadline-md-" + std::to_string(getpid())))
          .string();
  std::ofstream(path, std::ios::binary) << markdown;
  std::FILE* pipe = popen(
      ("cmark-gfm --unsafe -e table -e autolink -e strikethrough -e tasklist " + path).c_str(),
      "r");
  REQUIRE(pipe != nullptr);
  std::string html;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, pipe)) {
    html.append(buffer, count);
  }
  REQUIRE(pclose(pipe) == 0);
  std::filesystem::remove(path);
  return html;
}

void check_harmless(const std::string& html, const std::regex& links) {
  static const std::set<std::string> allowed = {
      "p",  "strong", "em", "code", "pre", "ul", "ol", "li",  "table",   "thead",  "tbody",
      "tr", "th",     "td", "a",    "h3",  "h4", "br", "sub", "details", "summary"};
  static const std::regex tag("<(/?)([a-zA-Z0-9]+)([^>]*)>");
  for (auto it = std::sregex_iterator(html.begin(), html.end(), tag); it != std::sregex_iterator();
       ++it) {
    CAPTURE(it->str());
    CHECK(allowed.count((*it)[2]) == 1);
    if ((*it)[2] == "a" && (*it)[1] == "") {
      const std::string attributes = (*it)[3];
      static const std::string start = " href=\"";
      REQUIRE((attributes.starts_with(start) && attributes.ends_with('"')));
      CHECK(std::regex_match(attributes.substr(start.size(), attributes.size() - start.size() - 1),
                             links));
    }
  }
  // What GitHub would link after Markdown, outside of code. A time has no emoji in it.
  static const std::regex code("<(code|pre)[^>]*>[\\s\\S]*?</\\1>|<[^>]*>");
  const std::string text = std::regex_replace(html, code, " ");
  static const std::regex reference("(^|[^\\w])(@[a-zA-Z0-9]|#[0-9]|[gG][hH]-[0-9])|:(?![0-9]{2}:)["
                                    "a-z0-9_+-]+:|https?://|www\\.");
  std::smatch found;
  const bool any = std::regex_search(text, found, reference);
  CAPTURE(any ? found.str() : "");
  CHECK_FALSE(any);
}

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

} // namespace leadline
