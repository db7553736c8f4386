#pragma once

#include <string_view>

namespace leadline {

// Code that believes whoever answers and states no value that could be read as one.

// A call whose name alone says it: `grpc.WithInsecure()`, `ssl._create_unverified_context()`.
// `callee` is a Call's: without arguments of earlier calls.
bool is_trusting_call(std::string_view callee);

// A name under which libraries ask a program whether to believe the other side:
// `setHostnameVerifier`, `ServerCertificateCustomValidationCallback`, `checkServerIdentity`.
bool asks_for_trust(std::string_view name);

// Whether a function, as its text, says yes to whatever it is asked: `(host, session) -> true`,
// `delegate { return true; }`, `func(...) error { return nil }`. A text that is no function never
// does.
bool always_agrees(std::string_view function);

} // namespace leadline
