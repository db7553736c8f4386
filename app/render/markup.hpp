#pragma once

#include <string>
#include <string_view>

namespace leadline {

// visible() text for the content and the quoted attributes of XML and HTML.
std::string markup_escaped(std::string_view text);

} // namespace leadline
