#include "analyzers/risk/no_limit.hpp"

#include "analyzers/risk/quantity_draft.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/settings/endless_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

enum class Endless { zero, negative, both };

// What the page that the row of the catalogue names as its source says of 0 and -1.
struct Row {
  std::string_view parameter;
  Endless endless;
};
constexpr std::array<Row, 25> k_rows = {{
    {"celery.worker_prefetch_multiplier", Endless::zero},
    {"clickhouse.max_partition_size_to_drop", Endless::zero},
    {"docker.log_opts_max_size", Endless::negative},
    {"go_sql.set_max_open_conns", Endless::both},
    {"gunicorn.timeout", Endless::zero},
    {"jupyterhub.per_repo_quota", Endless::zero},
    {"logback.total_size_cap", Endless::zero},
    {"mysql.max_user_connections", Endless::zero},
    {"nginx.client_max_body_size", Endless::zero},
    {"nginx.proxy_next_upstream_tries", Endless::zero},
    {"pgbouncer.max_db_connections", Endless::zero},
    {"pgbouncer.max_user_connections", Endless::zero},
    {"pgbouncer.query_timeout", Endless::zero},
    {"php.max_execution_time", Endless::zero},
    {"php.memory_limit", Endless::negative},
    {"postgresql.idle_in_transaction_session_timeout", Endless::zero},
    {"postgresql.idle_session_timeout", Endless::zero},
    {"postgresql.lock_timeout", Endless::zero},
    {"postgresql.statement_timeout", Endless::zero},
    {"postgresql.temp_file_limit", Endless::negative},
    {"rabbitmq.prefetch_count", Endless::zero},
    {"redis.maxmemory", Endless::zero},
    {"sqlalchemy.max_overflow", Endless::negative},
    {"traefik.rate_limit_average", Endless::zero},
    {"vault.secret_id_num_uses", Endless::zero},
}};
static_assert(std::is_sorted(k_rows.begin(), k_rows.end(),
                             [](const Row& a, const Row& b) { return a.parameter < b.parameter; }));

constexpr std::array<std::string_view, k_rows.size()> k_parameters = [] {
  std::array<std::string_view, k_rows.size()> ids{};
  for (std::size_t i = 0; i < k_rows.size(); ++i) {
    ids[i] = k_rows[i].parameter;
  }
  return ids;
}();

bool is_endless(const Subject& s, const Quantity& quantity) {
  return s.meaning.parameter != nullptr && means_no_limit(s.meaning.parameter->id, quantity.value);
}

std::string_view rule_of_new_limit(ParameterKind kind) {
  return kind == ParameterKind::timeout     ? "timeout.cut"
         : kind == ParameterKind::retention ? "retention.cut"
         : kind == ParameterKind::retries   ? "retries.changed"
                                            : "capacity.drop";
}

// A name for "no end" where a bound stood: Integer.MAX_VALUE, math.inf; None for a time that a
// program waits (https://requests.readthedocs.io/en/latest/user/advanced/#timeouts,
// https://www.python-httpx.org/advanced/timeouts/).
bool gives_bound_up(const Subject& s) {
  const ParameterKind kind = s.meaning.kind;
  const bool waits = kind == ParameterKind::timeout;
  const bool bounds = waits || kind == ParameterKind::limit || kind == ParameterKind::rate ||
                      kind == ParameterKind::capacity || kind == ParameterKind::size;
  const bool none = waits && s.file->role == FileRole::code && !s.new_value.empty() &&
                    is_blank(s.new_value) && s.new_value.find_first_of("\"'~") == std::string::npos;
  return s.modified() && s.meaning.known && s.meaning.confidence >= 0.5 && bounds &&
         !s.new_is_template && s.old_quantity && s.old_quantity->value > 0 &&
         (none || names_no_end(s.new_value));
}

} // namespace

std::optional<Concern> judge_endless(const Subject& s) {
  if (!gives_bound_up(s)) {
    return std::nullopt;
  }
  const bool waits = s.meaning.kind == ParameterKind::timeout;
  Concern made;
  made.rule = "limit.removed";
  made.urgency = waits         ? (s.meaning.parameter != nullptr ? 2.2 : 1.8)
                 : hurts_up(s) ? 0.9 + 0.75 * stake(s)
                               : 0.8 + 0.25 * stake(s);
  made.confidence = 0.85 * s.meaning.confidence;
  made.tail = waits ? "it waits for ever" : "no limit any more";
  made.effect = waits ? "One server that no longer answers holds every worker that asks it, until "
                        "none is left."
                      : "Nothing bounds it from now on: what stands behind it fills up first.";
  made.check = waits ? "What ends the wait when the other side hangs?"
                     : "What does the machine or the service behind it stand?";
  return made;
}

bool means_no_limit(std::string_view parameter, double value) {
  const auto at =
      std::lower_bound(k_rows.begin(), k_rows.end(), parameter,
                       [](const Row& row, std::string_view id) { return row.parameter < id; });
  if (at == k_rows.end() || at->parameter != parameter) {
    return false;
  }
  return (value == 0 && at->endless != Endless::negative) ||
         (value < 0 && at->endless != Endless::zero);
}

std::span<const std::string_view> parameters_without_limit() { return k_parameters; }

bool crosses_no_limit(const Subject& s) {
  return s.old_quantity && s.new_quantity &&
         (is_endless(s, *s.old_quantity) || is_endless(s, *s.new_quantity));
}

std::optional<Concern> judge_no_limit(const Subject& s) {
  if (!crosses_no_limit(s)) {
    return std::nullopt;
  }
  const bool before = is_endless(s, *s.old_quantity);
  const bool after = is_endless(s, *s.new_quantity);
  if (before && after) {
    return std::nullopt;
  }
  const Parameter& parameter = *s.meaning.parameter;
  Concern made;
  made.confidence = s.meaning.confidence;
  made.check = parameter.check;
  if (after) {
    made.rule = parameter.kind == ParameterKind::retries ? "retries.unbounded" : "limit.removed";
    // Where only too little hurts, room without end is the lesser fear.
    made.urgency = hurts_up(s) ? 0.9 + 0.75 * stake(s) : 0.8 + 0.25 * stake(s);
    made.tail = fmt::format("no limit any more: {}", s.meaning.what);
    made.effect = parameter.effect_up.empty()
                      ? "Nothing bounds it from now on: what stands behind it fills up first."
                      : parameter.effect_up;
  } else {
    made.rule = rule_of_new_limit(parameter.kind);
    made.urgency = hurts_down(s) ? 0.8 + 0.45 * stake(s) : 0.9;
    made.tail = fmt::format("a limit where there was none: {}", s.meaning.what);
    made.effect = parameter.effect_down.empty() ? "What went beyond the new value is refused."
                                                : parameter.effect_down;
  }
  return made;
}

} // namespace leadline
