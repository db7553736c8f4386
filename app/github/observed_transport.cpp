#include "app/github/observed_transport.hpp"

#include <utility>

namespace leadline {
namespace {

class ObservedTransport final : public HttpTransport {
public:
  ObservedTransport(HttpTransport& inner, ObserveExchange observe)
      : m_inner(inner), m_observe(std::move(observe)) {}

  HttpResponse send(const HttpRequest& request) override {
    const auto began = std::chrono::steady_clock::now();
    const auto took = [&] { return std::chrono::steady_clock::now() - began; };
    try {
      HttpResponse response = m_inner.send(request);
      m_observe(request, &response, took());
      return response;
    } catch (...) {
      m_observe(request, nullptr, took());
      throw;
    }
  }

private:
  HttpTransport& m_inner;
  const ObserveExchange m_observe;
};

} // namespace

std::unique_ptr<HttpTransport> make_observed(HttpTransport& inner, ObserveExchange observe) {
  return std::make_unique<ObservedTransport>(inner, std::move(observe));
}

} // namespace leadline
