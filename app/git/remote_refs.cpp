#include "app/git/remote_refs.hpp"

#include "app/git/ref_list.hpp"
#include "app/git/smart_http.hpp"

#include <fmt/format.h>

namespace leadline::git {
namespace {

std::string packet(const std::string& text) {
  constexpr std::size_t k_length_digits = 4;
  return fmt::format("{:04x}{}", text.size() + k_length_digits, text);
}

} // namespace

std::vector<std::string> refs_at(const GitRemote& remote, const GitFetchOptions& options,
                                 const std::string& folder, const std::string& prefix,
                                 const std::string& commit) {
  SmartHttp http(remote, options, folder);
  std::vector<std::string> names;
  bool version_2 = false;
  http.ask_version_2(nullptr, [&](std::FILE* answer) {
    version_2 = read_first_answer(answer, prefix, commit, names);
  });
  if (version_2) {
    const std::string request =
        packet("command=ls-refs\n") + "0001" + packet("ref-prefix " + prefix + "\n") + "0000";
    http.ask_version_2(&request,
                       [&](std::FILE* answer) { read_ref_list(answer, prefix, commit, names); });
  }
  return names;
}

} // namespace leadline::git
