#include "app/github/pages.hpp"

#include "base/error.hpp"

#include <optional>

namespace leadline {

std::string next_page(const ApiUrls& urls, const HttpResponse& response, const std::string& doing) {
  const std::optional<std::string> next = link_target(response.header("link"), "next");
  if (!next) {
    return {};
  }
  const std::optional<UrlParts> there = parse_url(*next);
  const UrlParts here = parse_url(urls.rest).value();
  const std::string base = here.target == "/" ? "" : here.target;
  if (!there || there->origin() != here.origin() || there->target.rfind(base + "/", 0) != 0) {
    throw Error(ErrorKind::unavailable, doing + ": the next page is on another host");
  }
  return there->target.substr(base.size());
}

} // namespace leadline
