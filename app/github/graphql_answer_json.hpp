#pragma once

#include "base/error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

// What all answers of GitHub's GraphQL have in common: errors inside of a 200, connections with
// their pages, fields that may be null. A field that is missing, or of another type, reads as
// empty.
namespace leadline::graphql {

Error not_understood(const std::string& what);
nlohmann::json parse(std::string_view body); // an object, else not_understood

const nlohmann::json* errors_of(const nlohmann::json& root); // nullptr without any
std::string joined_messages(const nlohmann::json& errors);   // of the first ones
void throw_if_limited(const nlohmann::json& root);
// By the type of the first: FORBIDDEN (denied), NOT_FOUND (not_found), RATE_LIMITED (unavailable).
void throw_errors(const nlohmann::json& root);

std::string text(const nlohmann::json& object, const char* key);
bool flag(const nlohmann::json& object, const char* key);
std::int64_t big_int(const nlohmann::json& object, const char* key); // a number, or its digits
const nlohmann::json* find(const nlohmann::json& object, const char* key); // nullptr for null too

const nlohmann::json& nodes_of(const nlohmann::json& connection, const char* name);
// Of the page that follows, else `after`; `more` is set where one does.
std::string next_cursor(const nlohmann::json& connection, const std::string& after, bool& more);
std::string next_page(const nlohmann::json& connection); // "" after the last one

} // namespace leadline::graphql
