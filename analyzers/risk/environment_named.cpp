#include "analyzers/risk/environment_named.hpp"

#include "analyzers/risk/environment_words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace leadline {
namespace {

template <typename List>
bool in(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Words that say what kind of place it is, or where; they may follow the environment's.
bool says_kind_of_place(std::string_view word) {
  constexpr std::array<std::string_view, 43> k_kinds = {
      "db",       "database", "cluster",  "bucket",   "server",    "host",      "primary",
      "replica",  "reader",   "writer",   "master",   "slave",     "namespace", "account",
      "project",  "env",      "store",    "instance", "node",      "vpc",       "broker",
      "cache",    "redis",    "postgres", "mysql",    "rw",        "ro",        "eu",
      "us",       "ap",       "sa",       "ca",       "af",        "me",        "west",
      "east",     "north",    "south",    "central",  "northeast", "southeast", "northwest",
      "southwest"};
  return without_number(word).size() <= 1 || in(k_kinds, without_number(word));
}

// Of a name that stands alone: the first word, or the last before the kind of place.
Environment environment_of_name(std::string_view name) {
  std::vector<std::string> words = environment_words(name);
  if (words.empty()) {
    return Environment::unknown;
  }
  // "live-migration", "test-results": words with other meanings count at the end only.
  const bool weak = is_weak_environment(without_number(words[0])) && words.size() > 1;
  const Environment first = weak ? Environment::unknown : environment_of_word(words[0]);
  std::size_t last = words.size() - 1;
  while (last > 0 && environment_of_word(words[last]) == Environment::unknown &&
         says_kind_of_place(words[last])) {
    --last;
  }
  const Environment at_end = environment_of_word(words[last]);
  return at_end != Environment::unknown ? at_end : first;
}

// Of a segment of a path, a file without its ending, or a tag: the whole of it.
Environment environment_of_segment(std::string_view segment) {
  const std::vector<std::string> words = environment_words(segment.substr(0, segment.find('.')));
  return words.size() == 1 ? environment_of_word(words[0]) : Environment::unknown;
}

// Production where several parts name one, else the first that does.
Environment join(Environment a, Environment b) {
  return a == Environment::unknown || b == Environment::production ? b : a;
}

Environment environment_of_host(std::string_view host) {
  std::vector<std::string_view> labels = split(host, '.');
  // Ends of domain names that are no environment: "knative.dev", "cluster.local".
  if (labels.size() > 1 &&
      (labels.back() == "dev" || labels.back() == "local" || labels.back() == "live")) {
    labels.pop_back();
  }
  Environment found = Environment::unknown;
  for (const std::string_view label : labels) {
    found = join(found, environment_of_name(label));
  }
  return found;
}

// Folders of an API whose next segment is the name of a place.
bool holds_places(std::string_view folder) {
  constexpr std::array<std::string_view, 7> k_folders = {
      "projects", "accounts", "clusters", "namespaces", "buckets", "databases", "instances"};
  return in(k_folders, folder);
}

Environment environment_of_path_text(std::string_view path, bool first_is_name) {
  Environment found = Environment::unknown;
  std::string_view before;
  for (std::string_view segment : split(path.substr(0, path.find_first_of("?#")), '/')) {
    if (segment.empty()) {
      continue;
    }
    const std::size_t colon = segment.find(':'); // "api:staging"
    const std::string_view tag =
        colon == std::string_view::npos ? std::string_view() : segment.substr(colon + 1);
    segment = segment.substr(0, colon);
    const bool name = holds_places(before) || (first_is_name && before.empty());
    found = join(found, name ? environment_of_name(segment) : environment_of_segment(segment));
    found = tag.empty() ? found : join(found, environment_of_segment(tag));
    before = segment;
  }
  return found;
}

Environment environment_of_piece(std::string_view piece) {
  const std::size_t scheme = piece.find("://");
  if (scheme == std::string_view::npos) {
    const std::size_t slash = piece.find('/');
    if (slash == std::string_view::npos) {
      const std::size_t colon = piece.rfind(':');
      const std::string_view name = piece.substr(0, colon);
      return colon == std::string_view::npos
                 ? environment_of_host(piece)
                 : join(environment_of_host(name.substr(name.rfind(':') + 1)),
                        environment_of_host(piece.substr(colon + 1)));
    }
    const std::string_view first = piece.substr(0, slash);
    const bool host =
        first.find_first_of(".:") != std::string_view::npos && !first.starts_with('.');
    // A project stands behind Google's registries
    // (https://cloud.google.com/artifact-registry/docs/docker/names).
    const bool project = first.ends_with("gcr.io") || first.ends_with("pkg.dev");
    return host ? join(environment_of_host(first.substr(0, first.find(':'))),
                       environment_of_path_text(piece.substr(slash + 1), project))
                : environment_of_path_text(piece, false);
  }
  const std::string_view name = piece.substr(0, scheme);
  std::string_view rest = piece.substr(scheme + 3);
  const std::size_t slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? "" : rest.substr(slash);
  rest = rest.substr(0, slash);
  rest = rest.substr(rest.rfind('@') + 1); // 0 without one
  // What follows the host of a database is its name.
  constexpr std::array<std::string_view, 9> k_files = {"http", "https", "s3",  "gs", "file",
                                                       "git",  "ssh",   "oci", "ftp"};
  return join(environment_of_host(rest.substr(0, rest.find(':'))),
              environment_of_path_text(path, !in(k_files, name)));
}

} // namespace

Environment environment_named(std::string_view value) {
  Environment found = Environment::unknown;
  while (!value.empty()) {
    const std::size_t end = value.find_first_of(" \t\n,;=&\"'()[]{}|");
    found = join(found, environment_of_piece(value.substr(0, end)));
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
  }
  return found;
}

} // namespace leadline
