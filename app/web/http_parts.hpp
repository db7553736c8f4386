#pragma once

#include <memory>

namespace httplib {
class Stream;
} // namespace httplib

namespace leadline {

class Connection;

// What httplib reads a request from, and writes its answer to.
std::unique_ptr<httplib::Stream> make_stream(Connection& connection);

} // namespace leadline
