#pragma once

#include <string>
#include <string_view>

// What the name of a called function says about its arguments.
namespace leadline {

// A method with a word of sizes, times, limits or switches in its name: with one literal argument
// it states a setting even without "set".
bool names_setting(std::string_view name);

// Functions whose "name", value arguments are no setting: text work, logging, assertions.
bool never_names_setting(std::string_view name);

// What gives a value where there is none: orElse, unwrap_or.
bool is_fallback(std::string_view name);

// Who may call, which is a string that says what it is: allowedOrigins("*").
bool names_origins(std::string_view name);

// "MaximumPoolSize" of "setMaximumPoolSize"; the name itself when it is no setter. Views `name`.
std::string_view without_setter(std::string_view name);

// The callee's text, of which the last 300 bytes count, with the arguments of calls inside it left
// out: "a(1).b<T>->c" is "a.b.c".
std::string flat_callee(std::string_view text);

} // namespace leadline
