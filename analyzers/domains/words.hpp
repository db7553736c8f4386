#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The words of an identifier, a key or a line, in lower case and in order: split at case changes
// and at what is neither letter nor digit; digits stay with the letters before them.
// "maxClientConn", "max_client_conn" and "MAX-CLIENT-CONN" are {"max", "client", "conn"}; "TLSv1.2"
// is {"tlsv1", "2"}; "HTTPServer" is
// {"http", "server"}. Bytes beyond ASCII part words.
std::vector<std::string> split_words(std::string_view text);

// Those words joined with ' ' and with one at each end: " max client conn ", so that has_word("
// conn ") finds whole words and runs of words. " " when there are none.
std::string spaced_words(std::string_view text);

// Whether the words of `phrase` ("client conn") stand side by side in `spaced` (from spaced_words).
bool has_phrase(std::string_view spaced, std::string_view phrase);

} // namespace leadline
