#include "analyzers/risk/network_range.hpp"

#include "base/text.hpp"

#include <charconv>
#include <cstdint>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_most = 64; // networks of a list

struct Network {
  std::uint32_t address = 0; // its host bits are 0
  int prefix = 32;
  std::string_view text;
};

std::uint32_t mask_of(int prefix) { return prefix == 0 ? 0 : ~std::uint32_t(0) << (32 - prefix); }

std::optional<Network> network_of(std::string_view text) {
  Network found;
  found.text = text;
  const std::size_t slash = text.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view length = text.substr(slash + 1);
    const auto [end, error] =
        std::from_chars(length.data(), length.data() + length.size(), found.prefix);
    if (error != std::errc() || end != length.data() + length.size() || found.prefix < 0 ||
        found.prefix > 32) {
      return std::nullopt;
    }
  }
  const std::vector<std::string_view> octets = split(text.substr(0, slash), '.');
  if (octets.size() != 4) {
    return std::nullopt;
  }
  for (const std::string_view octet : octets) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(octet.data(), octet.data() + octet.size(), value);
    if (error != std::errc() || end != octet.data() + octet.size() || value > 255) {
      return std::nullopt;
    }
    found.address = found.address << 8 | value;
  }
  found.address &= mask_of(found.prefix);
  return found;
}

std::vector<Network> networks_of(std::string_view list) {
  std::vector<Network> found;
  while (!list.empty() && found.size() < k_most) {
    const std::size_t end = list.find_first_of(" ,;[]\"'\t\n");
    if (const std::optional<Network> network = network_of(list.substr(0, end))) {
      found.push_back(*network);
    }
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
  }
  return found;
}

bool holds(const Network& outer, const Network& inner) {
  return outer.prefix <= inner.prefix && (inner.address & mask_of(outer.prefix)) == outer.address;
}

bool is_reserved(const Network& network) {
  for (const std::string_view text :
       {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"}) {
    if (holds(*network_of(text), network)) {
      return true;
    }
  }
  return false;
}

} // namespace

std::optional<Widening> widened_range(std::string_view before, std::string_view after) {
  std::optional<Widening> widest;
  const std::vector<Network> old_networks = networks_of(before);
  for (const Network& now : networks_of(after)) {
    for (const Network& then : old_networks) {
      const int bits = then.prefix - now.prefix;
      if (now.prefix > 0 && bits > 0 && holds(now, then) && (!widest || widest->bits < bits)) {
        widest = Widening{std::string(now.text), bits, is_reserved(now)};
      }
    }
  }
  return widest;
}

} // namespace leadline
