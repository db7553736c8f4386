#pragma once

#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// A setting's key path cut at dots, without brackets, each part normalised (normalize_key).
struct KeyParts {
  std::vector<std::string>
      parts; // the last is the setting's name; never more than 64, the last ones
  std::vector<std::string> qualifiers; // names in brackets and embedded file names, normalised
  std::vector<std::string> file_names; // segments that look like a file's name, as they stand
  std::string leaf;                    // the last part as it was written
  std::vector<std::string> leaf_words; // of the last part: "maxClientConn" is max, client, conn
};

// A list item's value under its name (`env[MAX_CLIENT_CONN].value`, Terraform's
// `parameter[max_connections].value`, `variable.max_connections.default`) has that name as its last
// part.
KeyParts key_parts(const KeyPath& key);

// Words of a name, normalised: cut at '_', '-', '.', ' ' and before a capital after a small letter
// or digit.
std::vector<std::string> words_of(std::string_view name);

} // namespace leadline
