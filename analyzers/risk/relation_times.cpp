#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"
#include "analyzers/risk/subject.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace leadline {
namespace {

// Where a timer stands on the way of a request: whoever has the lower number waits for whoever has
// the higher one.
struct Hop {
  std::string_view parameter; // id in the catalogue
  int place;
};

// More timers than this are several services, and which of them belong together is not said.
constexpr std::size_t k_most_timers = 32;

// How long each waits for one answer.
constexpr std::array<Hop, 18> k_answers = {{
    {"apache.proxy_timeout", 3},
    {"envoy.route_timeout", 3},
    {"gunicorn.timeout", 4},
    {"haproxy.timeout_server", 2},
    {"ingress_nginx.proxy_read_timeout", 3},
    {"istio.http_timeout", 3},
    {"nginx.fastcgi_read_timeout", 3},
    {"nginx.proxy_read_timeout", 3},
    {"nginx.uwsgi_read_timeout", 3},
    {"php.max_execution_time", 5},
    {"php.request_terminate_timeout", 4},
    {"postgresql.statement_timeout", 6},
    {"terraform_cloudfront.origin_read_timeout", 1},
    {"terraform_lb.idle_timeout", 2},
    {"traefik.forwarding_timeouts_response_header_timeout", 3},
    {"unicorn.timeout", 4},
    {"uwsgi.harakiri", 4},
    {"varnish.first_byte_timeout", 2},
}};

// How long each keeps an idle connection. A balancer must let go first, else it sends a request
// into a connection that the server is closing, and answers 502
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#connection-idle-timeout).
constexpr std::array<Hop, 17> k_idle = {{
    {"apache.keep_alive_timeout", 4},
    {"aws_lb_controller.connection_idle_timeout", 2},
    {"aws_lb_controller.idle_timeout", 2},
    {"dotnet.kestrel_keep_alive_timeout", 4},
    {"envoy.idle_timeout", 3},
    {"go_http.idle_conn_timeout", 3},
    {"go_http.idle_timeout", 4},
    {"gunicorn.keepalive", 4},
    {"haproxy.timeout_http_keep_alive", 4},
    {"nginx.keepalive_timeout", 4}, // 3 inside of an upstream block
    {"nodejs.server_keep_alive_timeout", 4},
    {"puma.persistent_timeout", 4},
    {"spring_boot.server_tomcat_keep_alive_timeout", 4},
    {"terraform_cloudfront.origin_keepalive_timeout", 1},
    {"terraform_lb.idle_timeout", 2},
    {"tomcat.connector_keep_alive_timeout", 4},
    {"traefik.responding_timeouts_idle_timeout", 4},
}};

template <typename List>
constexpr bool is_sorted_by_id(const List& list) {
  return std::is_sorted(list.begin(), list.end(),
                        [](const Hop& a, const Hop& b) { return a.parameter < b.parameter; });
}
static_assert(is_sorted_by_id(k_answers) && is_sorted_by_id(k_idle));

template <typename List>
int place_in(const List& list, std::string_view parameter) {
  const auto at =
      std::lower_bound(list.begin(), list.end(), parameter,
                       [](const Hop& hop, std::string_view id) { return hop.parameter < id; });
  return at != list.end() && at->parameter == parameter ? at->place : 0;
}

bool is_upstream(const Setting& setting) {
  return std::any_of(setting.key.segments.begin(), setting.key.segments.end(),
                     [](const std::string& segment) { return segment.starts_with("upstream"); });
}

// Of settings that no catalogue knows: "client_timeout", "proxy.timeout". What is left of the key
// tells which ones belong together.
struct Role {
  int place = 0;
  std::string rest;
};

Role role_by_words(const Setting& setting) {
  struct Word {
    std::string_view word;
    int place;
  };
  constexpr std::array<Word, 9> k_words = {{{"client", 1},
                                            {"caller", 1},
                                            {"gateway", 2},
                                            {"ingress", 2},
                                            {"lb", 2},
                                            {"proxy", 2},
                                            {"backend", 3},
                                            {"server", 3},
                                            {"upstream", 3}}};
  Role role;
  std::vector<std::string> words;
  for (std::size_t i = 0; i < setting.key.segments.size(); ++i) {
    const bool near = i + 2 >= setting.key.segments.size();
    for (std::string& word : split_words(setting.key.segments[i])) {
      const auto at = std::find_if(k_words.begin(), k_words.end(),
                                   [&](const Word& entry) { return near && entry.word == word; });
      if (at == k_words.end()) {
        role.rest += word + ' ';
      } else if (role.place != 0) {
        return {}; // "proxy.server_timeout": whose is it?
      } else {
        role.place = at->place;
      }
    }
  }
  return role;
}

struct Timer {
  const Setting* setting = nullptr; // in the new version
  std::string path;
  std::string what; // "nginx.proxy_read_timeout", or the key
  Role role;        // by its words
  int answers = 0;  // place in k_answers, 0 none
  int idle = 0;     // place in k_idle, 0 none
  double before = 0;
  double after = 0; // seconds; infinity for 0, which all of these read as "never"
};

double seconds_of(const Setting& setting, std::string_view unit) {
  const auto quantity = SettingsByPath::value_of(setting, unit);
  if (!quantity || quantity->dimension != Dimension::time || quantity->value < 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return quantity->value == 0 ? std::numeric_limits<double>::infinity() : quantity->value;
}

std::optional<Timer> timer_of(const Setting& setting, const std::string& path,
                              const Catalog& catalog) {
  const std::string leaf = leaf_of(setting);
  if (!has_phrase(leaf, "timeout") && !has_phrase(leaf, "keepalive") &&
      !has_phrase(leaf, "harakiri") && !has_phrase(leaf, "max execution time")) {
    return std::nullopt;
  }
  Timer timer;
  timer.setting = &setting;
  timer.path = path;
  timer.what = setting.key.text();
  std::string unit = "s";
  if (const Parameter* parameter = catalog.find(path, setting)) {
    timer.what = parameter->id;
    timer.answers = place_in(k_answers, parameter->id);
    timer.idle = place_in(k_idle, parameter->id);
    if (timer.idle != 0 && parameter->id == "nginx.keepalive_timeout" && is_upstream(setting)) {
      timer.idle = 3;
    }
    unit = parameter->unit.empty() ? unit : parameter->unit;
  }
  timer.role = role_by_words(setting);
  timer.after = seconds_of(setting, unit);
  timer.before = timer.after;
  const bool none = timer.answers == 0 && timer.idle == 0 && timer.role.place == 0;
  return none || std::isnan(timer.after) ? std::nullopt : std::optional<Timer>(timer);
}

std::vector<Timer> timers_of(const std::vector<Setting>& settings, const std::string& path,
                             const Catalog& catalog) {
  std::vector<Timer> timers;
  for (const Setting& setting : settings) {
    if (auto timer = timer_of(setting, path, catalog)) {
      timers.push_back(std::move(*timer));
    }
  }
  return timers;
}

// With what each timer was before; one that is new was its default, else what it is now.
std::vector<Timer> timers_of(const RelationFile& file, const Catalog& catalog) {
  std::vector<Timer> timers = timers_of(file.new_settings, file.context->path, catalog);
  const SettingsByPath before(file.old_settings);
  for (Timer& timer : timers) {
    const Parameter* parameter = catalog.find(timer.path, *timer.setting);
    const std::string unit = parameter != nullptr ? parameter->unit : "s";
    double then = std::numeric_limits<double>::quiet_NaN();
    if (const Setting* old_setting = before.at(timer.setting->key.segments)) {
      then = seconds_of(*old_setting, unit);
    } else if (parameter != nullptr) {
      Setting assumed = *timer.setting;
      assumed.value = parameter->default_value;
      then = seconds_of(assumed, unit);
    }
    timer.before = std::isnan(then) ? timer.after : then;
  }
  return timers;
}

std::string shown(const Timer& timer) {
  return fmt::format("{} {}", timer.what, timer.setting->value);
}

// Which of the two lets go first: -1 the outer one, 1 the inner one, 0 both at once.
int first_to_go(double outer, double inner) { return outer < inner ? -1 : outer > inner ? 1 : 0; }

// `a` is what `change` has changed.
std::optional<Relation> judge_pair(const SettingChange& change, const Timer& a, const Timer& b) {
  if (a.idle != 0 && b.idle != 0 && a.idle != b.idle) {
    const Timer& front = a.idle < b.idle ? a : b;
    const Timer& back = a.idle < b.idle ? b : a;
    // No balancer of its own speaks of idle connections where both are servers.
    if (front.idle < 4 && back.after <= front.after && back.before > front.before) {
      Relation made = make_relation(
          change, "relation.keepalive_order", 2.2,
          fmt::format("{} closes idle connections before {} does", shown(back), shown(front)),
          "The one in front sends a request into a connection that the one behind is closing: "
          "users get 502 now and then, more often the quieter it is.",
          "The server must keep idle connections for longer than whatever stands in front of it.");
      rest_on(made, b.setting, b.path);
      return made;
    }
  }
  const bool known = a.answers != 0 && b.answers != 0;
  const int place_a = known ? a.answers : a.role.place;
  const int place_b = known ? b.answers : b.role.place;
  if (place_a == 0 || place_b == 0 || place_a == place_b ||
      (!known && a.role.rest != b.role.rest)) {
    return std::nullopt;
  }
  const Timer& outer = place_a < place_b ? a : b;
  const Timer& inner = place_a < place_b ? b : a;
  const int before = first_to_go(outer.before, inner.before);
  const int after = first_to_go(outer.after, inner.after);
  if (before == 0 || after == 0 || before == after) {
    return std::nullopt;
  }
  Relation made = make_relation(
      change, "relation.timeout_order", 1.6,
      fmt::format("{} now gives up before {}", shown(after < 0 ? outer : inner),
                  shown(after < 0 ? inner : outer)),
      after < 0 ? "Callers get an error while the work behind goes on, and each retry adds to it."
                : "The one behind breaks off while the one in front still waits: callers get 502 "
                  "instead of a late answer.",
      "Which of the two is meant to give up first, and do its callers expect that error?");
  rest_on(made, b.setting, b.path);
  return made;
}

} // namespace

void find_broken_orders(std::span<const RelationFile> files, Neighbours& neighbours,
                        const Catalog& catalog, std::vector<Relation>& found) {
  std::set<std::pair<const Setting*, const Setting*>> told;
  for (const RelationFile& file : files) {
    const bool timed =
        std::any_of(file.changes.begin(), file.changes.end(), [&](const SettingChange* change) {
          return timer_of(*change->new_setting, file.context->path, catalog).has_value();
        });
    if (!timed) {
      continue;
    }
    std::vector<Timer> timers = timers_of(file, catalog);
    const std::size_t own = timers.size();
    for (const RelationFile* other : neighbours.changed(file)) {
      const std::vector<Timer> more = timers_of(*other, catalog);
      timers.insert(timers.end(), more.begin(), more.end());
    }
    for (const Neighbours::File* other : neighbours.around(file.context->path)) {
      const std::vector<Timer> more = timers_of(other->settings, other->path, catalog);
      timers.insert(timers.end(), more.begin(), more.end());
    }
    if (timers.size() > k_most_timers) {
      continue;
    }
    for (const SettingChange* change : file.changes) {
      for (std::size_t i = 0; i < own; ++i) {
        if (timers[i].setting->key != change->new_setting->key ||
            timers[i].setting->first_line != change->new_setting->first_line) {
          continue;
        }
        for (std::size_t j = 0; j < timers.size(); ++j) {
          auto made = i == j ? std::nullopt : judge_pair(*change, timers[i], timers[j]);
          const auto pair = std::minmax(timers[i].setting, timers[j].setting);
          if (made && told.insert({pair.first, pair.second}).second) {
            found.push_back(std::move(*made));
          }
        }
      }
    }
  }
}

} // namespace leadline
