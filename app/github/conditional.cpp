#include "app/github/conditional.hpp"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>
#include <optional>

namespace leadline {
namespace {

class Conditional final : public HttpTransport {
public:
  Conditional(HttpTransport& inner, ConditionalOptions options)
      : m_inner(inner), m_options(options) {}

  HttpResponse send(const HttpRequest& request) override {
    const bool conditional =
        request.method == "GET" && request.endpoint == Endpoint::rest && request.body.empty();
    if (!conditional) {
      return m_inner.send(request);
    }
    const Key key{request.installation_id, request.path};
    const std::optional<HttpResponse> known = find(key);
    if (!known) {
      return remembered(key, m_inner.send(request));
    }
    HttpRequest asked = request;
    asked.headers.emplace_back("If-None-Match", known->header("etag"));
    HttpResponse response = m_inner.send(asked);
    return response.status == 304 ? *known : remembered(key, std::move(response));
  }

private:
  using Key = std::pair<std::int64_t, std::string>;
  struct Entry {
    Key key;
    HttpResponse response;
  };
  using Entries = std::list<Entry>; // the last used first

  std::optional<HttpResponse> find(const Key& key) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_index.find(key);
    if (found == m_index.end()) {
      return std::nullopt;
    }
    m_entries.splice(m_entries.begin(), m_entries, found->second);
    return found->second->response;
  }

  HttpResponse remembered(const Key& key, HttpResponse response) {
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_index.find(key); found != m_index.end()) {
      drop(found->second);
    }
    if (response.status == 200 && !response.header("etag").empty() &&
        response.body.size() <= m_options.max_body_bytes) {
      m_entries.push_front({key, response});
      m_index[key] = m_entries.begin();
      m_bytes += size_of(response);
      while (m_entries.size() > m_options.max_entries || m_bytes > m_options.max_bytes) {
        drop(std::prev(m_entries.end()));
      }
    }
    return response;
  }

  void drop(Entries::iterator entry) {
    m_bytes -= size_of(entry->response);
    m_index.erase(entry->key);
    m_entries.erase(entry);
  }

  static std::size_t size_of(const HttpResponse& response) {
    std::size_t bytes = response.body.size();
    for (const auto& [name, value] : response.headers) {
      bytes += name.size() + value.size();
    }
    return bytes;
  }

  HttpTransport& m_inner;
  const ConditionalOptions m_options;
  std::mutex m_mutex;
  Entries m_entries;
  std::map<Key, Entries::iterator> m_index;
  std::size_t m_bytes = 0;
};

} // namespace

std::unique_ptr<HttpTransport> make_conditional(HttpTransport& inner, ConditionalOptions options) {
  return std::make_unique<Conditional>(inner, options);
}

} // namespace leadline
