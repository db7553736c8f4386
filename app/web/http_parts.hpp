#pragma once

#include <memory>

namespace httplib {
class Stream;
class TaskQueue;
} // namespace httplib

namespace leadline {

class Connection;

// What http_server.cpp puts in the place of httplib's own parts.

// What httplib reads a request from, and writes its answer to.
std::unique_ptr<httplib::Stream> make_stream(Connection& connection);

// Does its work in the accepting thread: all that is done with a new socket is to hand it on.
std::unique_ptr<httplib::TaskQueue> make_direct_queue();

} // namespace leadline
