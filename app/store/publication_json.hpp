#pragma once

#include "app/github/publication_log.hpp"

#include <string>

namespace leadline {

// How a publication is stored: {"schema": 1, ...}, keys sorted. parse throws Error(bad_input) for
// what no version wrote.
std::string publication_to_json(const Publication& publication);
Publication publication_from_json(const std::string& text);

} // namespace leadline
