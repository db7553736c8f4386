#pragma once

#include "analyzers/settings/code/brace_tokens.hpp"
#include "analyzers/settings/setting.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// The settings of HCL and Jsonnet, by first line. Blocks, objects and lists nest without recursion.
//   HCL: `resource "aws_db_instance" "main" { instance_class = "db.t3" }`
//     -> resource.aws_db_instance[main].instance_class, context "aws_db_instance"
//   A variable's default is the variable: variable.pool_size. A block or list item with a name
//   carries it in brackets; one with a name and a value is that name: parameter { name =
//   "max_connections"  value = 200 }
//     -> resource.aws_db_parameter_group[main].parameter.max_connections
//   Expressions are values as written; Jsonnet's only when they are made of literals.
// Heredocs and text blocks that hold a configuration yield its settings.
std::vector<Setting> read_braces(BraceLanguage language, std::string_view text);

} // namespace leadline
