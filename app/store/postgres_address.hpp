#pragma once

#include <string>

namespace leadline {

// Throws Error(bad_input) when libpq cannot read `url`, when a character of its password seems to
// stand there unencoded, or when it leads to another machine whose certificate is not verified
// (sslmode=verify-full, https://www.postgresql.org/docs/15/libpq-ssl.html) and `unverified` is
// false. Sockets of this machine and loopback addresses need none. The message has no word of
// `url`: where it is malformed, any part may be the password's.
void check_postgres_address(const std::string& url, bool unverified);

// `url` as libpq takes it, with limits for what it says nothing of: 3 s to connect, keepalives that
// notice a dead peer in half a minute, 10 s for what is sent to be acknowledged
// (https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS). Throws as above.
std::string postgres_parameters(const std::string& url);

// Which database it is, for people: "HOST:PORT/DATABASE". Throws as above.
std::string postgres_place(const std::string& url);

} // namespace leadline
