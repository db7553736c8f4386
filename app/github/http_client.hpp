#pragma once

#include "app/github/transport.hpp"

#include <memory>

namespace httplib {
class Client;
enum class Error;
} // namespace httplib

namespace leadline {

// A connection to `base`'s origin with the options' timeouts, certificates and proxy; it follows no
// redirect. For what speaks HTTP besides the REST transport (app/git).
std::unique_ptr<httplib::Client> make_http_client(const UrlParts& base,
                                                  const TransportOptions& options);

// Why a request got no answer, in words.
const char* http_failure(httplib::Error error);

} // namespace leadline
