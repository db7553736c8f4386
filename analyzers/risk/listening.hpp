#pragma once

#include "analyzers/risk/subject.hpp"

namespace leadline {

// Whether the setting says on which addresses the program itself listens ("bind", "listen",
// "network.host" of Elasticsearch), and not whom it talks to.
bool listens(const Subject& subject);

} // namespace leadline
