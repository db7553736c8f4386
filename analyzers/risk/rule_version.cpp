#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace leadline {
namespace {

// Services that keep data: a major version changes formats on disk, protocols and defaults.
constexpr std::array<std::string_view, 30> k_stateful = {
    "postgres", "postgresql", "mysql",         "mariadb",    "mongo",       "mongodb",
    "redis",    "valkey",     "elasticsearch", "opensearch", "kafka",       "zookeeper",
    "etcd",     "rabbitmq",   "cassandra",     "consul",     "vault",       "clickhouse",
    "influxdb", "memcached",  "minio",         "cockroach",  "cockroachdb", "neo4j",
    "couchdb",  "ceph",       "aurora",        "nats",       "pulsar",      "scylla"};
constexpr std::array<std::string_view, 11> k_runtimes = {"openjdk", "jdk",    "jre",    "temurin",
                                                         "node",    "nodejs", "python", "ruby",
                                                         "php",     "golang", "dotnet"};
// Things beside a service whose version does not touch its data.
constexpr std::array<std::string_view, 16> k_beside = {
    "exporter", "operator", "client",   "driver", "adapter", "ui",    "proxy", "admin",
    "chart",    "plugin",   "provider", "sdk",    "backup",  "tools", "helm",  "schema"};

struct Version {
  std::vector<long> parts;
};

// The first "1.2.3" of a text (after a "v" or a ':' as well); nullopt for hashes and words.
std::optional<Version> version_of(std::string_view text) {
  text = trim(text);
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('/', colon) == std::string_view::npos) {
    text = text.substr(colon + 1);
  }
  if (text.starts_with('v') || text.starts_with('V')) {
    text.remove_prefix(1);
  }
  Version version;
  while (!text.empty() && version.parts.size() < 4) {
    long part = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc() || end - text.data() > 6) {
      break;
    }
    version.parts.push_back(part);
    text = text.substr(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with('.')) {
      // "39dffde" is a hash
      if (version.parts.size() == 1 && !text.empty() && text.front() != '-' &&
          text.front() != '_' && text.front() != '+') {
        return std::nullopt;
      }
      break;
    }
    text.remove_prefix(1);
  }
  return version.parts.empty() ? std::nullopt : std::optional<Version>(version);
}

// A tag that moves: the next restart may bring another program
// (https://kubernetes.io/docs/concepts/containers/images/#image-names).
std::optional<Concern> judge_moving_tag(const Subject& s) {
  const auto tag_of = [&](std::string_view value) {
    const std::string_view text = trim(value);
    const std::size_t colon = text.rfind(':');
    const bool image = colon != std::string_view::npos &&
                       text.find('/', colon) == std::string_view::npos && !text.starts_with("http");
    return s.leaf == " tag " || s.leaf == " image tag " ? text
           : image                                      ? text.substr(colon + 1)
                                                        : std::string_view();
  };
  const bool names_image = s.leaf == " image " || s.leaf == " tag " || s.leaf == " image tag " ||
                           (s.leaf == " from " && s.old_value.find('@') != std::string::npos);
  const std::string_view before = tag_of(s.old_value);
  const bool pinned = !before.empty() && before.find_first_of("0123456789") != std::string::npos;
  const bool by_digest = s.old_value.find("@sha256:") != std::string::npos;
  // "acme/till" where "acme/till:4.1" stood is "acme/till:latest".
  const bool lost = s.leaf == " image " && !before.empty() &&
                    trim(s.old_value).substr(0, trim(s.old_value).rfind(':')) == trim(s.new_value);
  if (!names_image || !pinned || (tag_of(s.new_value) != "latest" && !lost)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "mode.changed";
  made.urgency = by_digest ? 1.4 : s.environment == Environment::production ? 1.05 : 0.9;
  made.confidence = 0.8;
  made.tail = "whatever is newest at the next start";
  made.effect = "Two copies of one service may run different versions, and going back has no name.";
  made.check = "Which version is it today, and what would a restart at night pull?";
  return made;
}

template <typename List>
std::string_view first_in(const List& list, std::string_view words) {
  for (const std::string_view word : list) {
    if (has_phrase(words, word)) {
      return word;
    }
  }
  return {};
}

} // namespace

std::optional<Concern> judge_version(const Subject& s) {
  if (auto moving = s.modified() ? judge_moving_tag(s) : std::nullopt) {
    return moving;
  }
  const bool names_version = (s.meaning.known && s.meaning.kind == ParameterKind::version) ||
                             has_phrase(s.leaf, "engine") ||
                             s.new_value.find(':') != std::string::npos;
  if (!s.modified() || !names_version || s.new_value.size() > 200) {
    return std::nullopt;
  }
  // A port is no version, and a module that is called after a service is not the service.
  if ((s.meaning.known && s.meaning.kind == ParameterKind::address) ||
      has_phrase(s.parents, "module") || has_phrase(s.parents, "required providers")) {
    return std::nullopt;
  }
  const auto before = version_of(s.old_value);
  const auto after = version_of(s.new_value);
  if (!before || !after || before->parts == after->parts) {
    return std::nullopt;
  }
  // The image name decides; without one the key and the context around it.
  std::string_view image = trim(s.new_value);
  const std::size_t slash = image.rfind('/', image.rfind(':'));
  image = image.find(':') == std::string_view::npos
              ? std::string_view()
              : image.substr(slash == std::string_view::npos ? 0 : slash + 1);
  const std::string words =
      spaced_words(std::string(image.substr(0, image.find(':'))) + " " + s.setting().context) +
      s.leaf + s.parents.substr(0, s.parents.size());
  if (!first_in(k_beside, words).empty()) {
    return std::nullopt;
  }
  // "9.3" where "9.3.14" stood leaves the choice to somebody else; it is not older.
  const std::size_t said = std::min(before->parts.size(), after->parts.size());
  const bool vaguer =
      std::equal(after->parts.begin(), after->parts.begin() + static_cast<std::ptrdiff_t>(said),
                 before->parts.begin());
  const bool lower = !vaguer && after->parts < before->parts;
  const bool major = before->parts[0] != after->parts[0];
  std::string_view stateful = first_in(k_stateful, words);
  // "engine_version" of a database as a service: the catalogue knows what is upgraded.
  if (stateful.empty() && s.meaning.parameter != nullptr &&
      s.meaning.kind == ParameterKind::version && s.meaning.impact == Impact::outage &&
      has_phrase(s.leaf, "engine version")) {
    stateful = "the database";
  }
  const std::string_view runtime = first_in(k_runtimes, words);
  Concern made;
  made.rule = "version.stateful";
  made.check = "Read the release notes for formats on disk, removed settings and the way back.";
  if (s.file->role == FileRole::manifest && !to_lower(s.file->path).ends_with("chart.yaml")) {
    return std::nullopt; // a library that talks to the service, or a program's own
  }
  if (!stateful.empty() && s.file->role == FileRole::manifest) {
    // A chart counts the versions of the package, not of what is in it.
    made.urgency = major ? 1.1 : 0;
    made.confidence = 0.5;
    made.tail = fmt::format("another major version of the package of {}", stateful);
    made.effect = "A package's major version renames its settings and may bring another major "
                  "version of the service with it.";
    return major ? std::optional<Concern>(made) : std::nullopt;
  }
  if (!stateful.empty() && (major || lower)) {
    made.urgency = lower ? 1.9 : 1.6;
    made.confidence = 0.8;
    made.tail = fmt::format("{} {} of {}", lower ? "an older" : "another",
                            major ? "major version" : "version", stateful);
    made.effect =
        lower ? "Data that the newer version wrote may not be readable."
              : "Formats on disk, protocols and defaults change; there is usually no way back.";
    return made;
  }
  if (!runtime.empty() && major) {
    made.urgency = 1.05;
    made.confidence = 0.5;
    made.tail = fmt::format("another major version of {}", runtime);
    made.effect = "Defaults of memory, threads and TLS differ between major versions of a runtime.";
    return made;
  }
  return std::nullopt;
}

} // namespace leadline
