#pragma once

// Headers of a delivery
// (https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers).
namespace leadline::webhooks {

inline constexpr const char* k_event_header = "X-GitHub-Event";
inline constexpr const char* k_delivery_header = "X-GitHub-Delivery";
inline constexpr const char* k_signature_header = "X-Hub-Signature-256";

// GitHub sends no payload beyond this:
// https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap
inline constexpr unsigned long k_payload_cap_bytes = 25UL * 1024 * 1024;

} // namespace leadline::webhooks
