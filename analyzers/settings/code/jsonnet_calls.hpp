#pragma once

#include "analyzers/settings/code/brace_tokens.hpp"

#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadline {

// The functions that a Jsonnet file defines, with the names of their parameters in order
// (https://jsonnet.org/ref/spec.html). Views into the text of the tokens. A name that is defined
// twice is left out.
using JsonnetFunctions = std::unordered_map<std::string_view, std::vector<std::string_view>>;
JsonnetFunctions jsonnet_functions(const std::vector<BraceToken>& tokens);

// What a setter of a library sets: "Replicas" of `withReplicas`; "" of any other function.
std::string_view jsonnet_setter(std::string_view function);

// Whether an argument is a number, a switch, or a text that begins with a number ("512Mi").
bool is_amount(const BraceToken& argument);

} // namespace leadline
