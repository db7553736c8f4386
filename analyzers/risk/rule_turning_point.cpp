#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace leadline {
namespace {

// Minor versions that changed a default or removed what others lean on, and took services down with
// it. Whoever goes across one should read that page.
struct TurningPoint {
  std::string_view product; // words of an image or a key
  std::array<long, 3> version;
  std::string_view what;
  std::string_view source;
};
constexpr std::array<TurningPoint, 6> k_points = {{
    {"rabbitmq",
     {3, 8, 15},
     "consumers that do not acknowledge in time lose their channel",
     "https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout"},
    {"openjdk",
     {8, 0, 191},
     "the JVM sizes its heap and its pools by the container, not by the machine",
     "https://www.oracle.com/java/technologies/javase/8u191-relnotes.html"},
    {"jdk",
     {8, 0, 191},
     "the JVM sizes its heap and its pools by the container, not by the machine",
     "https://www.oracle.com/java/technologies/javase/8u191-relnotes.html"},
    {"kubernetes",
     {1, 24, 0},
     "nodes of the control plane lose the label \"master\", and dockershim is gone",
     "https://kubernetes.io/blog/2022/05/03/kubernetes-1-24-release-announcement/"},
    {"kubernetes",
     {1, 25, 0},
     "PodSecurityPolicy and several beta APIs are gone",
     "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-25"},
    {"kubernetes",
     {1, 22, 0},
     "the beta APIs of Ingress, webhooks and CRDs are gone",
     "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#v1-22"},
}};

// "3.8.16-management", "v1.24.3", "8u191-jdk", "1.8.0_191" as three numbers.
std::optional<std::array<long, 3>> version_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    text = text.substr(colon + 1);
  }
  text = trim(text);
  text = text.starts_with('v') ? text.substr(1) : text;
  std::vector<long> parts;
  std::string marks; // what stands after each number
  while (!text.empty() && parts.size() < 4) {
    long part = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc()) {
      break;
    }
    parts.push_back(part);
    text = text.substr(static_cast<std::size_t>(end - text.data()));
    if (text.empty() || (text.front() != '.' && text.front() != 'u' && text.front() != '_')) {
      break;
    }
    marks += text.front();
    text.remove_prefix(1);
  }
  if (parts.size() < 2) {
    return std::nullopt;
  }
  if (marks.starts_with('u')) { // 8u191
    return std::array<long, 3>{parts[0], 0, parts[1]};
  }
  if (parts[0] == 1 && marks.find('_') != std::string::npos && parts.size() == 4) { // 1.8.0_191
    return std::array<long, 3>{parts[1], parts[2], parts[3]};
  }
  return std::array<long, 3>{parts[0], parts[1], parts.size() > 2 ? parts[2] : 0};
}

// The name of an image without its registry, else the key.
std::string product_words(const Subject& s) {
  const std::string_view value = trim(s.new_value);
  const std::size_t colon = value.rfind(':');
  if (colon == std::string_view::npos) {
    return s.parents + s.leaf;
  }
  const std::string_view image = value.substr(0, colon);
  return spaced_words(
      image.substr(image.rfind('/') == std::string_view::npos ? 0 : image.rfind('/') + 1));
}

} // namespace

std::optional<Concern> judge_turning_point(const Subject& s) {
  const bool names_version = (s.meaning.known && s.meaning.kind == ParameterKind::version) ||
                             s.leaf == " from " || has_phrase(s.leaf, "version");
  if (!s.modified() || !names_version || s.new_is_template || s.new_value.size() > 200) {
    return std::nullopt;
  }
  const auto before = version_of(s.old_value);
  const auto after = version_of(s.new_value);
  if (!before || !after) {
    return std::nullopt;
  }
  const std::string words = product_words(s);
  for (const TurningPoint& point : k_points) {
    // Another major version is judge_version's.
    if (!has_phrase(words, point.product) || (*before)[0] != point.version[0] ||
        *before >= point.version || *after < point.version) {
      continue;
    }
    Concern made;
    made.rule = "version.turning_point";
    made.urgency = 2.05;
    made.confidence = 0.85;
    made.tail = fmt::format("from {}.{}.{} on {}", point.version[0], point.version[1],
                            point.version[2], point.what);
    made.effect = "A small step of the number changes how it behaves for whoever relied on the old "
                  "default.";
    made.check = fmt::format("Read {}", point.source);
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
