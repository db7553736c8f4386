#pragma once

#include "analyzers/settings/setting.hpp"

#include <vector>

namespace leadline {

// Parameters of a managed database are named inside a resource that also says which engine they are
// for: aws_db_parameter_group with family = "postgres16", google_sql_database_instance with
// database_version = "MYSQL_8_0". Adds the engine to the context of what stands in blocks and lists
// below such a resource, "aws_db_parameter_group.postgresql", so that the catalogue knows whose
// max_connections it is. Keys of the resource itself stay as they are.
void name_engines(std::vector<Setting>& settings);

} // namespace leadline
