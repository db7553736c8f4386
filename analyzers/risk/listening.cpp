#include "analyzers/risk/listening.hpp"

#include "analyzers/domains/words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Interfaces by kind: "_site_", "_local:ipv4_"
// (https://www.elastic.co/guide/en/elasticsearch/reference/8.15/modules-network.html).
bool names_interface(std::string_view value) {
  value = trim(value);
  return value.size() > 2 && value.size() <= 40 && value.starts_with('_') && value.ends_with('_');
}

} // namespace

bool listens(const Subject& s) {
  constexpr std::array<std::string_view, 8> k_leaves = {
      "bind",           "listen",           "listener",  "bind address",
      "listen address", "listen addresses", "bind addr", "bind ip"};
  const auto any = [](const auto& list, std::string_view spaced) {
    return std::any_of(list.begin(), list.end(),
                       [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
  };
  constexpr std::array<std::string_view, 2> k_parents = {"listen", "listeners"};
  const bool host_of_network = s.leaf.ends_with(" network host ") ||
                               (s.leaf == " host " && s.parents.ends_with(" network "));
  return any(k_leaves, s.leaf) || any(k_parents, s.parents) || host_of_network ||
         names_interface(s.old_value) || names_interface(s.new_value);
}

} // namespace leadline
