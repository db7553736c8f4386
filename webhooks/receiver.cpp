#include "webhooks/receiver.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "webhooks/names.hpp"
#include "webhooks/signature.hpp"

#include <algorithm>

namespace leadline::webhooks {
namespace {

constexpr std::size_t k_max_delivery_id = 64;

// GitHub's is a GUID; what redeliveries and tests send is bounded to the same characters.
bool is_delivery_id(std::string_view id) {
  return !id.empty() && id.size() <= k_max_delivery_id &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_';
         });
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  if (c >= 'A' && c <= 'F') {
    return c - 'A' + 10;
  }
  return -1;
}

std::string decode_form_value(std::string_view value) {
  std::string decoded;
  decoded.reserve(value.size());
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (value[at] == '+') {
      decoded += ' ';
    } else if (value[at] == '%') {
      const int high = at + 2 < value.size() ? hex_value(value[at + 1]) : -1;
      const int low = at + 2 < value.size() ? hex_value(value[at + 2]) : -1;
      if (high < 0 || low < 0) {
        throw Error(ErrorKind::bad_input, "the form has a wrong escape");
      }
      decoded += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      decoded += value[at];
    }
  }
  return decoded;
}

std::string form_payload(std::string_view body) {
  constexpr std::string_view k_name = "payload=";
  for (const std::string_view field : split(body, '&')) {
    if (field.substr(0, k_name.size()) == k_name) {
      return decode_form_value(field.substr(k_name.size()));
    }
  }
  throw Error(ErrorKind::bad_input, "the form has no field \"payload\"");
}

} // namespace

Reception receive(const DeliveryHeaders& headers, std::string_view body,
                  const std::vector<Secret>& secrets) {
  if (body.size() > k_payload_cap_bytes) {
    return {413, "the body is larger than 25 MB", {}, {}};
  }
  if (headers.signature.empty()) {
    return {401, std::string("no ") + k_signature_header, {}, {}};
  }
  if (!signature_matches(secrets, body, headers.signature)) {
    return {401, "the signature does not match", {}, {}};
  }
  if (!is_delivery_id(headers.delivery)) {
    return {400, std::string("no usable ") + k_delivery_header, {}, {}};
  }
  const std::string type = to_lower(trim(split(headers.content_type, ';').front()));
  const bool form = type == "application/x-www-form-urlencoded";
  if (!form && type != "application/json") {
    return {415,
            "the content type is neither application/json nor application/x-www-form-urlencoded",
            {},
            {}};
  }
  try {
    Event event =
        form ? parse_event(headers.event, form_payload(body)) : parse_event(headers.event, body);
    if (const auto* ignored = std::get_if<IgnoredEvent>(&event)) {
      return {204, ignored->why, std::nullopt, *ignored};
    }
    if (std::holds_alternative<PingEvent>(event)) {
      return {200, "pong", {}, {}};
    }
    return {202, "accepted", std::move(event), {}};
  } catch (const Error& e) {
    return {400, e.what(), {}, {}};
  }
}

} // namespace leadline::webhooks
