#include "app/github/answers.hpp"

#include "app/github/messages_json.hpp"

namespace leadline {
namespace {

ErrorKind kind_of(int status) {
  switch (status) {
  case 401:
  case 403:
  case 451:
    return ErrorKind::denied;
  case 404:
  case 410:
    return ErrorKind::not_found;
  case 409: // the repository is empty or being created
  case 429:
    return ErrorKind::unavailable;
  default:
    return status >= 500 ? ErrorKind::unavailable : ErrorKind::bad_input;
  }
}

// Every answer of GitHub's to a success is JSON, or nothing at all.
bool is_githubs(const HttpResponse& response) {
  const std::size_t first = response.body.find_first_not_of(" \t\r\n");
  return first == std::string::npos || response.body[first] == '{' || response.body[first] == '[';
}

} // namespace

void require_success(const HttpResponse& response, std::string_view doing) {
  if (response.status >= 200 && response.status < 300) {
    if (!is_githubs(response)) { // a proxy's page: what was asked for has not been done
      throw Error(ErrorKind::unavailable, std::string(doing) + ": answered by a page that is none "
                                                               "of GitHub's");
    }
    return;
  }
  std::string message = std::string(doing) + ": GitHub answered " + std::to_string(response.status);
  const std::string said = parse_complaint(response.body).message;
  if (!said.empty()) {
    message += " (" + said + ")";
  }
  // https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible
  const std::string needed = response.header("x-accepted-github-permissions");
  if (response.status == 403 && !needed.empty()) {
    message += ", it needs the permission " + needed.substr(0, 100);
  }
  throw Error(kind_of(response.status), message);
}

std::string repository_path(const std::string& repository) {
  const std::size_t slash = repository.find('/');
  const std::string owner = repository.substr(0, slash);
  const std::string name = slash == std::string::npos ? "" : repository.substr(slash + 1);
  const auto is_dots = [](const std::string& part) { return part == "." || part == ".."; };
  if (owner.empty() || name.empty() || name.find('/') != std::string::npos || is_dots(owner) ||
      is_dots(name)) {
    throw Error(ErrorKind::bad_input, "\"" + repository + "\" is not owner/name");
  }
  return "/repos/" + url_encode(owner) + "/" + url_encode(name);
}

} // namespace leadline
