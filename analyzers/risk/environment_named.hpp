#pragma once

#include "analyzers/risk/environment.hpp"

#include <string_view>

namespace leadline {

// The environment that a value names as the place it means: a label of a host, a bucket, database,
// cluster or any other name that stands alone, as a whole or with the word at an end
// ("db-staging.example.com", "orders-prod", "prod-eu-west-1"), or a whole segment of a path or tag
// ("secrets/prod/db"). "/dev-portal" and "acme/api-dev-tools" name none.
Environment environment_named(std::string_view value);

} // namespace leadline
