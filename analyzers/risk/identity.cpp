#include "analyzers/risk/identity.hpp"

#include "analyzers/risk/redact.hpp"
#include "base/digest.hpp"

#include <cstddef>
#include <unordered_map>

namespace leadline {
namespace {

constexpr std::size_t k_short_digits = 12;

std::string text_of(std::string_view rule, std::string_view path, const Identity& identity) {
  std::string text;
  for (const std::string_view part :
       {rule, path, std::string_view(identity.key), std::string_view(identity.old_value),
        std::string_view(identity.new_value)}) {
    text += identity_part(part);
  }
  text += identity_places(identity.old_place, identity.new_place);
  if (!identity.related.empty()) {
    text += identity.related + '\0';
  }
  if (identity.repeat > 0) {
    text += std::to_string(identity.repeat);
  }
  return text;
}

} // namespace

std::string identity_part(std::string_view text) {
  std::string part;
  part.reserve(text.size() + 1);
  for (const char c : text) {
    switch (c) {
    case '\0':
      part += "\1\2";
      break;
    case '\1':
      part += "\1\1";
      break;
    default:
      part += c;
    }
  }
  part += '\0';
  return part;
}

std::string identity_places(const std::string& old_place, const std::string& new_place) {
  return old_place.empty() && new_place.empty()
             ? std::string()
             : "\1p" + identity_part(old_place) + identity_part(new_place); // no part starts so
}

std::string id_of(const std::string& digest) { return "LL-" + digest.substr(0, k_short_digits); }

void tell_ids_apart(std::vector<Finding>& findings, const std::vector<Finding>& beside) {
  std::unordered_map<std::string, std::string> digests; // by id
  for (const Finding& finding : beside) {
    digests.emplace(finding.id, finding.digest);
  }
  for (Finding& finding : findings) {
    for (std::size_t at = 0; at + k_short_digits <= finding.digest.size(); at += k_short_digits) {
      finding.id = id_of(finding.digest.substr(at));
      const std::string& digest = digests.emplace(finding.id, finding.digest).first->second;
      if (digest == finding.digest) {
        break;
      }
    }
  }
}

std::string digest_of(std::string_view rule, std::string_view path, const Identity& identity) {
  return sha256_hex(text_of(rule, path, identity));
}

void identify(Finding& finding, const Identity& identity) {
  const std::string text = text_of(finding.rule, finding.path, identity);
  finding.digest = sha256_hex(text);
  finding.id = id_of(finding.digest);
  finding.secret = text.find(k_redacted) != std::string::npos;
}

} // namespace leadline
