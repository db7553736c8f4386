#include "app/github/graphql_answer_json.hpp"

#include <nlohmann/json.hpp>

#include <charconv>

namespace leadline::graphql {

using nlohmann::json;

namespace {

ErrorKind kind_of(const std::string& type, bool has_code) {
  if (type == "NOT_FOUND") {
    return ErrorKind::not_found;
  }
  if (type == "FORBIDDEN" || type == "INSUFFICIENT_SCOPES") {
    return ErrorKind::denied;
  }
  // An error without a type is GitHub's own; one with extensions.code is about the text of the
  // query.
  return type.empty() && has_code ? ErrorKind::bad_input : ErrorKind::unavailable;
}

} // namespace

Error not_understood(const std::string& what) {
  return Error(ErrorKind::unavailable, "the answer is not GitHub's GraphQL: " + what);
}

json parse(std::string_view body) {
  json root = json::parse(body, nullptr, false);
  if (!root.is_object()) {
    throw not_understood("no object");
  }
  return root;
}

std::string text(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool flag(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_boolean() && at->get<bool>();
}

std::int64_t big_int(const json& object, const char* key) {
  const auto at = object.find(key);
  if (at != object.end() && at->is_number_integer()) {
    return at->get<std::int64_t>();
  }
  const std::string digits = text(object, key);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string joined_messages(const json& errors) {
  constexpr std::size_t k_shown = 3;
  std::string joined;
  for (std::size_t i = 0; i < errors.size() && i < k_shown; ++i) {
    joined += (i > 0 ? "; " : "") + (errors[i].is_object() ? text(errors[i], "message") : "");
  }
  return joined.substr(0, 300);
}

const json* errors_of(const json& root) {
  const auto errors = root.find("errors");
  return errors != root.end() && errors->is_array() && !errors->empty() ? &*errors : nullptr;
}

void throw_if_limited(const json& root) {
  if (const json* errors = errors_of(root); errors != nullptr) {
    for (const json& error : *errors) {
      if (error.is_object() && text(error, "type") == "RATE_LIMITED") {
        throw Error(ErrorKind::unavailable, "GitHub's rate limit of GraphQL is used up");
      }
    }
  }
}

void throw_errors(const json& root) {
  throw_if_limited(root);
  if (const json* errors = errors_of(root); errors != nullptr) {
    const json& first = errors->front();
    throw Error(kind_of(first.is_object() ? text(first, "type") : "",
                        first.is_object() && first.contains("extensions")),
                "GraphQL: " + joined_messages(*errors));
  }
}

const json& nodes_of(const json& connection, const char* name) {
  const auto at = connection.find("nodes");
  if (at == connection.end() || !at->is_array()) {
    throw not_understood(std::string(name) + " has no nodes");
  }
  return *at;
}

const json* find(const json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && !at->is_null() ? &*at : nullptr;
}

std::string next_cursor(const json& connection, const std::string& after, bool& more) {
  const json& page = connection.at("pageInfo");
  more = more || flag(page, "hasNextPage");
  const std::string end = text(page, "endCursor");
  return end.empty() ? after : end;
}

std::string next_page(const json& connection) {
  bool more = false;
  const std::string next = next_cursor(connection, "", more);
  if (more && next.empty()) {
    throw not_understood("a next page without a cursor");
  }
  return more ? next : std::string();
}

} // namespace leadline::graphql
