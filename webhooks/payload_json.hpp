#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::webhooks {

// A place in a payload that knows its JSON pointer (RFC 6901), so that a wrong field reports
// `/pull_request/head/sha: expected string, got null`. All readers throw Error(bad_input) on a
// wrong type. Only the keys that leadline reads are kept; nesting is capped while parsing. A
// Payload must outlive its Nodes.
class Node {
public:
  Node(const void* value, std::string pointer) : m_value(value), m_pointer(std::move(pointer)) {}

  // False for a place that is missing or null.
  bool exists() const;

  // The member `key`; a Node that does not exist when it is missing. Throws when this is no object.
  Node at(std::string_view key) const;
  std::vector<Node> items() const; // of an array; throws when there are more than 100000

  std::string string() const;                             // required
  std::int64_t integer() const;                           // required
  std::string string_or(std::string_view fallback) const; // missing and null give `fallback`
  std::int64_t integer_or(std::int64_t fallback) const;
  bool boolean_or(bool fallback) const;
  std::vector<Node> items_or_none() const;

  // Full object id, 40 or 64 hexadecimal digits in lower case.
  std::string commit_id() const;
  // "owner/name" of the characters that GitHub allows: it may stand in a path or URL.
  std::string repository_name() const;
  // Branch or ref: no control characters, no empty name.
  std::string ref_name() const;

  [[noreturn]] void fail(std::string_view problem) const; // "POINTER: problem"

private:
  [[noreturn]] void fail_type(std::string_view expected) const;

  const void* m_value; // nlohmann::json; nullptr when missing
  std::string m_pointer;
};

class Payload {
public:
  // Throws Error(bad_input) when `body` is not a JSON object, nests deeper than 64 or has more than
  // 1000000 values.
  explicit Payload(std::string_view body);
  ~Payload();
  Node root() const;

private:
  struct Document;
  std::unique_ptr<Document> m_document;
};

} // namespace leadline::webhooks
