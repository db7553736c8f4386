#pragma once

#include <regex>
#include <string>

namespace leadline {

// HTML as GitHub's own Markdown library makes it (cmark-gfm), raw HTML let through so that none can
// hide.
std::string html_of(const std::string& markdown);

// Fails the test where `html` has more than our own words may make: other elements, links that are
// not wholly of `links`, and what GitHub makes a link, mention, reference or emoji after Markdown.
void check_harmless(const std::string& html, const std::regex& links);

// How often `part` stands in `text`.
int count_of(const std::string& text, const std::string& part);

} // namespace leadline
