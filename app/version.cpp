#include "app/version.hpp"

namespace leadline {

std::string_view version() { return LEADLINE_VERSION; }

} // namespace leadline
