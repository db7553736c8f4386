#include "app/web/late_routes.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <optional>
#include <utility>

namespace leadline {

struct LateRoutes::State {
  std::vector<WebRoute> before;
  std::vector<std::optional<WebRoute>> served; // by place in `before`; written before `open` is set
  std::atomic<bool> open = false;

  WebResponse answer(std::size_t place, const WebRequest& request) const {
    const WebRoute& route = open && served[place] ? served[place].value() : before[place];
    return route.handler(request);
  }
};

LateRoutes::LateRoutes(std::vector<WebRoute> before) : m_state(std::make_shared<State>()) {
  m_state->before = std::move(before);
  m_state->served.resize(m_state->before.size());
}

std::vector<WebRoute> LateRoutes::routes() const {
  std::vector<WebRoute> routes = m_state->before;
  for (std::size_t place = 0; place < routes.size(); ++place) {
    routes[place].handler = [state = m_state, place](const WebRequest& request) {
      return state->answer(place, request);
    };
  }
  return routes;
}

void LateRoutes::open(std::vector<WebRoute> served) {
  for (WebRoute& route : served) {
    const auto known = std::find_if(m_state->before.begin(), m_state->before.end(),
                                    [&](const WebRoute& each) { return each.path == route.path; });
    assert(known != m_state->before.end());
    m_state->served[static_cast<std::size_t>(known - m_state->before.begin())] = std::move(route);
  }
  m_state->open = true;
}

} // namespace leadline
