#include "analyzers/risk/siblings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace leadline {
namespace {

struct SplitOff {
  std::string_view was; // below the bucket
  std::string_view resource;
  std::string_view is; // below that resource
  std::string_view value;
};
constexpr std::array<SplitOff, 2> k_split_off = {{
    {"versioning.enabled", "aws_s3_bucket_versioning[", "versioning_configuration.status",
     "enabled"},
    {"versioning.mfa_delete", "aws_s3_bucket_versioning[", "versioning_configuration.mfa_delete",
     "enabled"},
}};

// "versioning.enabled" behind the segment with that index.
std::string below(const KeyPath& key, std::size_t segment) {
  std::string text;
  for (std::size_t i = segment + 1; i < key.segments.size(); ++i) {
    text += (text.empty() ? "" : ".") + key.segments[i];
  }
  return text;
}

std::size_t find_segment(const KeyPath& key, std::string_view start) {
  const auto at =
      std::find_if(key.segments.begin(), key.segments.end(),
                   [&](const std::string& segment) { return segment.starts_with(start); });
  return static_cast<std::size_t>(at - key.segments.begin());
}

bool names_bucket(std::string_view value, std::string_view name) {
  const std::string wanted = "aws_s3_bucket." + std::string(name);
  const std::size_t at = value.find(wanted);
  if (at == std::string_view::npos) {
    return false;
  }
  const std::string_view rest = value.substr(at + wanted.size());
  return rest.empty() || rest.front() == '.' || rest.front() == '[' || rest.front() == '}';
}

} // namespace

bool is_beside_outgoing(const KeyPath& key, std::span<const Setting> head) {
  return std::any_of(head.begin(), head.end(), [&](const Setting& setting) {
    const std::vector<std::string>& other = setting.key.segments;
    if (other.empty() || (other.back() != "type" && other.back() != "direction")) {
      return false;
    }
    const std::size_t parents = other.size() - 1;
    const bool beside = parents > 0 && key.segments.size() > parents &&
                        key.segments.size() <= parents + 2 &&
                        std::equal(other.begin(), other.end() - 1, key.segments.begin());
    const std::string value = to_lower(setting.value);
    return beside && (value == "egress" || value == "outbound");
  });
}

bool stands_as_resource(const Setting& removed, const std::vector<const Setting*>& added) {
  const std::size_t bucket = find_segment(removed.key, "aws_s3_bucket[");
  if (bucket == removed.key.segments.size() || to_lower(removed.value) != "true") {
    return false;
  }
  const std::string& segment = removed.key.segments[bucket];
  constexpr std::string_view k_start = "aws_s3_bucket[";
  const std::string_view name =
      std::string_view(segment).substr(k_start.size(), segment.size() - k_start.size() - 1);
  const std::string was = below(removed.key, bucket);
  for (const SplitOff& row : k_split_off) {
    if (row.was != was) {
      continue;
    }
    for (const Setting* state : added) {
      const std::size_t at = find_segment(state->key, row.resource);
      if (at == state->key.segments.size() || below(state->key, at) != row.is ||
          to_lower(state->value) != row.value) {
        continue;
      }
      const bool same_bucket = std::any_of(added.begin(), added.end(), [&](const Setting* other) {
        return find_segment(other->key, state->key.segments[at]) == at &&
               below(other->key, at) == "bucket" && names_bucket(other->value, name);
      });
      if (same_bucket) {
        return true;
      }
    }
  }
  return false;
}

} // namespace leadline
