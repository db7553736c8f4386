#pragma once

#include <memory>

namespace httplib {
class Stream;
class TaskQueue;
} // namespace httplib

namespace leadline {

class BoundedSocket;
class Connections;
struct HttpLimits;

// What http_server.cpp puts in the place of httplib's own parts. The arguments outlive what is
// made.

// What httplib reads a request from, and writes its answer to.
std::unique_ptr<httplib::Stream> make_socket_stream(BoundedSocket& socket);

// A pool that makes place: while connections wait for a thread, slow senders are cut off. When too
// many wait, the accepting thread does as well, and the kernel's queue holds the rest.
std::unique_ptr<httplib::TaskQueue> make_pool(const HttpLimits& limits, Connections& connections);

} // namespace leadline
