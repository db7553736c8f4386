#pragma once

#include "app/github/api_urls.hpp"
#include "app/github/transport.hpp"

#include <string>

namespace leadline {

// The path of the page that follows `response` by its Link header, below ApiUrls::rest; "" after
// the last one. The token must not go where a header points: Error(unavailable) with `doing` for an
// address that is not below our own.
std::string next_page(const ApiUrls& urls, const HttpResponse& response, const std::string& doing);

} // namespace leadline
