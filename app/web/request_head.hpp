#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What the request line and the headers say about what is asked and where the request ends.
struct RequestHead {
  std::string method;
  std::string path; // as sent, without the query
  bool chunked = false;
  std::optional<std::size_t> length; // of Content-Length
  bool waits_for_continue = false;   // Expect: 100-continue
  bool encoded = false;              // has a Content-Encoding
};

// Where the head ends in `bytes`, behind its empty line; nullopt while it has not come whole.
std::optional<std::size_t> end_of_head(std::string_view bytes);

// Nullopt for everything that another program could read another way, above all another end of the
// request: that is how one is smuggled in another (RFC 9112, 6.3 and 11.2); and for a Range of more
// than 64 characters, which is only a way to make work. After it nothing of the connection can be
// trusted.
std::optional<RequestHead> read_head(std::string_view head);

} // namespace leadline
