#pragma once

#include <string>
#include <string_view>

namespace leadline {

// `text` with "[redacted]" in the place of what is a secret by its shape, whatever it is called:
// PEM blocks of private keys, keys of AWS, GitHub, GitLab, Slack, Google, Stripe and others, JWTs,
// user and password in a URL, `password=...` pairs, "Bearer ...", random strings in base64 or
// hexadecimal. `about` are the spaced words (analyzers/domains/words.hpp) of what the text is the
// value of; a digest, a commit id or a checksum stays readable when these words or the words before
// it say so.
//   https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github
//   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
//   https://api.slack.com/concepts/token-types
//   https://www.rfc-editor.org/rfc/rfc7519
std::string without_secrets(std::string_view text, std::string_view about = {});

// Bits for each character, by the frequencies of the text itself (Shannon).
double entropy_of(std::string_view text);

} // namespace leadline
