#pragma once

#include "app/web/http_server.hpp"

#include <memory>
#include <vector>

namespace leadline {

// The routes of a server that listens before it can serve: each has an answer for that time, and
// gives way to the route of the same path once there is one. Safe for several threads.
class LateRoutes {
public:
  explicit LateRoutes(std::vector<WebRoute> before);

  // For the server; they may outlive this.
  std::vector<WebRoute> routes() const;
  // From now on `served` answers. Once, and each path of it must be known from the beginning.
  void open(std::vector<WebRoute> served);

private:
  struct State;
  std::shared_ptr<State> m_state;
};

} // namespace leadline
