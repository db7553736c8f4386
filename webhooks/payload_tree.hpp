#pragma once

#include <memory>
#include <string_view>

namespace leadline::webhooks {

// The JSON `body` as a tree of what event.cpp reads, at any depth; the rest of a payload (up to 25
// MB) never becomes a tree in memory. Linear in the body. Throws Error(bad_input) for what is not
// JSON, nests deeper than 64 or has more than 1,000,000 values; the text never quotes the body.
// What it points to is an nlohmann::json, which headers do not know.
std::shared_ptr<const void> parse_payload(std::string_view body);

} // namespace leadline::webhooks
