#pragma once

#include "analyzers/settings/setting_tree.hpp"
#include "analyzers/settings/text_lines.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What a value is when nobody sets its variables: each template expression in it gives way to the
// default that it names.
//   {{ redis_timeout | default(300) }}s      -> 300s      Jinja
//   {{ .Values.replicas | default 3 }}       -> 3         Helm (Sprig)
//   <%= ENV.fetch("MAX_THREADS") { 5 } %>    -> 5         ERB
//   ${POOL_SIZE:20}, ${POOL_SIZE:-20}        -> 20        Spring, shells, Compose
// nullopt when the value holds no expression, or one without a literal default.
std::optional<std::string> with_defaults(std::string_view value);

// The settings that template statements make: {% set pool = 20 %}, {{- $pool := 20 }},
// <% pool = 20 %>, and the lines of {% set map = { 'key': value, ... } %}. Literals only.
// `lines` as they stand in the file.
void read_template_statements(const TextLines& lines, SettingTree& tree, SettingTree::Place place);

} // namespace leadline
