#include "webhooks/payload_json.hpp"

#include "base/error.hpp"
#include "webhooks/payload_tree.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace leadline::webhooks {
namespace {

using nlohmann::json;

constexpr std::size_t k_max_name = 1024;
constexpr std::size_t k_max_items = 100'000;

const json& as_json(const void* value) { return *static_cast<const json*>(value); }

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_name_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.';
}

bool is_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), is_name_character);
}

} // namespace

bool Node::exists() const { return m_value != nullptr && !as_json(m_value).is_null(); }

Node Node::at(std::string_view key) const {
  std::string pointer = m_pointer + "/" + std::string(key);
  if (!exists()) {
    return {nullptr, std::move(pointer)};
  }
  const json& value = as_json(m_value);
  if (!value.is_object()) {
    fail_type("object");
  }
  const auto found = value.find(key);
  return {found == value.end() ? nullptr : &*found, std::move(pointer)};
}

std::vector<Node> Node::items() const {
  if (!exists() || !as_json(m_value).is_array()) {
    fail_type("array");
  }
  if (as_json(m_value).size() > k_max_items) {
    fail("more than " + std::to_string(k_max_items) + " items");
  }
  std::vector<Node> nodes;
  for (const json& item : as_json(m_value)) {
    nodes.emplace_back(&item, m_pointer + "/" + std::to_string(nodes.size()));
  }
  return nodes;
}

std::string Node::string() const {
  if (!exists() || !as_json(m_value).is_string()) {
    fail_type("string");
  }
  return as_json(m_value).get<std::string>();
}

std::int64_t Node::integer() const {
  if (!exists() || !as_json(m_value).is_number_integer()) {
    fail_type("integer");
  }
  const json& value = as_json(m_value);
  if (value.is_number_unsigned() &&
      value.get<std::uint64_t>() >
          static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    fail("the integer is too large");
  }
  return value.get<std::int64_t>();
}

std::string Node::string_or(std::string_view fallback) const {
  return exists() ? string() : std::string(fallback);
}

std::int64_t Node::integer_or(std::int64_t fallback) const {
  return exists() ? integer() : fallback;
}

bool Node::boolean_or(bool fallback) const {
  if (!exists()) {
    return fallback;
  }
  if (!as_json(m_value).is_boolean()) {
    fail_type("boolean");
  }
  return as_json(m_value).get<bool>();
}

std::vector<Node> Node::items_or_none() const { return exists() ? items() : std::vector<Node>(); }

std::string Node::commit_id() const {
  std::string id = string();
  if ((id.size() != 40 && id.size() != 64) || !std::all_of(id.begin(), id.end(), is_hex)) {
    fail("expected a full commit id");
  }
  return id;
}

std::string Node::repository_name() const {
  std::string name = string();
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos || name.size() > 200 ||
      !is_name(std::string_view(name).substr(0, slash)) ||
      !is_name(std::string_view(name).substr(slash + 1))) {
    fail("expected a repository as owner/name");
  }
  return name;
}

std::string Node::ref_name() const {
  std::string name = string();
  const bool clean = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
  });
  if (name.empty() || name.size() > k_max_name || !clean) {
    fail("expected the name of a ref");
  }
  return name;
}

void Node::fail(std::string_view problem) const {
  throw Error(ErrorKind::bad_input, m_pointer + ": " + std::string(problem));
}

void Node::fail_type(std::string_view expected) const {
  const char* got = m_value == nullptr ? "nothing" : as_json(m_value).type_name();
  fail("expected " + std::string(expected) + ", got " + got);
}

struct Payload::Document {
  std::shared_ptr<const void> tree;
};

Payload::Payload(std::string_view body)
    : m_document(std::make_unique<Document>(Document{parse_payload(body)})) {
  const json& value = as_json(m_document->tree.get());
  if (!value.is_object()) {
    throw Error(ErrorKind::bad_input, std::string("expected an object, got ") + value.type_name());
  }
}

Payload::~Payload() = default;

Node Payload::root() const { return {m_document->tree.get(), ""}; }

} // namespace leadline::webhooks
