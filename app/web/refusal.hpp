#pragma once

#include <string>

namespace leadline {

// What a refusal with this status tells, with '\n'.
const char* phrase_of(int status);

// A whole HTTP answer that refuses and closes.
std::string refusal_answer(int status);

} // namespace leadline
