#include "webhooks/payload_tree.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace leadline::webhooks {
namespace {

using nlohmann::json;

constexpr std::size_t k_max_depth = 64;
// An installation may list 100000 repositories of six values. A value that is kept takes about a
// hundred bytes of memory, and of the body perhaps four.
constexpr std::size_t k_max_values = 1'000'000;

constexpr std::array<std::string_view, 56> k_keys = {"account",
                                                     "action",
                                                     "added",
                                                     "after",
                                                     "app",
                                                     "author_association",
                                                     "base",
                                                     "base_ref",
                                                     "base_sha",
                                                     "before",
                                                     "body",
                                                     "changes",
                                                     "check_run",
                                                     "check_suite",
                                                     "client_id",
                                                     "comment",
                                                     "commits",
                                                     "created_at",
                                                     "default_branch",
                                                     "draft",
                                                     "external_id",
                                                     "forced",
                                                     "from",
                                                     "full_name",
                                                     "head",
                                                     "head_branch",
                                                     "head_ref",
                                                     "head_sha",
                                                     "id",
                                                     "identifier",
                                                     "installation",
                                                     "issue",
                                                     "label",
                                                     "login",
                                                     "merge_group",
                                                     "modified",
                                                     "name",
                                                     "number",
                                                     "organization",
                                                     "owner",
                                                     "pull_request",
                                                     "pull_requests",
                                                     "ref",
                                                     "removed",
                                                     "repo",
                                                     "repositories",
                                                     "repositories_added",
                                                     "repositories_removed",
                                                     "repository",
                                                     "requested_action",
                                                     "sender",
                                                     "sha",
                                                     "type",
                                                     "updated_at",
                                                     "user",
                                                     "zen"};
static_assert(std::is_sorted(k_keys.begin(), k_keys.end()));

// Builds the tree. (The library's own parser with a filter looks through all of a list after each
// object in it: 100,000 repositories would take it minutes.)
class Tree : public json::json_sax_t {
public:
  json take() { return std::move(m_root); }

  bool null() override { return value(nullptr); }
  bool boolean(bool given) override { return value(given); }
  bool number_integer(std::int64_t given) override { return value(given); }
  bool number_unsigned(std::uint64_t given) override { return value(given); }
  bool number_float(double given, const std::string&) override { return value(given); }
  bool string(std::string& given) override { return value(std::move(given)); }
  bool binary(json::binary_t&) override { return false; } // JSON has none
  bool start_object(std::size_t) override { return open(json::object()); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(std::string& given) override {
    m_is_read = std::binary_search(k_keys.begin(), k_keys.end(), std::string_view(given));
    m_key = m_is_read ? std::move(given) : std::string();
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    // The library's text may quote the body, which does not belong in logs.
    throw Error(ErrorKind::bad_input, "the body is not JSON at byte " + std::to_string(position));
  }

private:
  // Where the value stands now; nullptr when nobody reads it.
  template <typename T>
  json* put(T&& given) {
    if (++m_values > k_max_values) {
      throw Error(ErrorKind::bad_input,
                  "the body has more than " + std::to_string(k_max_values) + " values");
    }
    if (m_open.empty()) {
      m_root = std::forward<T>(given);
      return &m_root;
    }
    json* const parent = m_open.back();
    if (parent == nullptr || (parent->is_object() && !m_is_read)) {
      return nullptr;
    }
    if (parent->is_array()) {
      parent->push_back(std::forward<T>(given));
      return &parent->back();
    }
    json& place = (*parent)[m_key];
    place = std::forward<T>(given);
    return &place;
  }

  template <typename T>
  bool value(T&& given) {
    put(json(std::forward<T>(given)));
    return true;
  }

  bool open(json&& empty) {
    if (m_open.size() == k_max_depth) {
      throw Error(ErrorKind::bad_input,
                  "the body nests deeper than " + std::to_string(k_max_depth));
    }
    m_open.push_back(put(std::move(empty)));
    return true;
  }

  bool close() {
    m_open.pop_back();
    return true;
  }

  json m_root;
  std::vector<json*> m_open; // a list that is open grows at its end only: they stay valid
  std::string m_key;
  bool m_is_read = false; // the value of the key
  std::size_t m_values = 0;
};

} // namespace

std::shared_ptr<const void> parse_payload(std::string_view body) {
  Tree tree;
  json::sax_parse(body, &tree);
  return std::make_shared<const json>(tree.take());
}

} // namespace leadline::webhooks
