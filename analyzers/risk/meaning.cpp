#include "analyzers/risk/meaning.hpp"

#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

using Kind = ParameterKind;

struct Row {
  std::string_view phrase; // whole words of the leaf, ' ' between
  Kind kind;
  Hurts hurts;
  Impact impact;
  double confidence;
  bool plain_growth = false;
};

// The first row whose phrase stands in the leaf decides, so a noun that qualifies others comes
// later: "pool_timeout" is a timeout, "max_retries" a number of attempts. No single word is
// certain.
constexpr std::array k_rows = {
    // Names first: a display name says nothing about what the thing does.
    Row{"description", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"display name", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"comment", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"title", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"logo", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"icon", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"homepage", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"avatar", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"maintainer", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"maintainers", Kind::identifier, Hurts::never, Impact::none, 0.9},
    Row{"checksum", Kind::version, Hurts::never, Impact::none, 0.7},
    Row{"sha256", Kind::version, Hurts::never, Impact::none, 0.8},
    Row{"digest", Kind::version, Hurts::never, Impact::none, 0.8},

    Row{"log level", Kind::verbosity, Hurts::both, Impact::degradation, 0.8},
    Row{"loglevel", Kind::verbosity, Hurts::both, Impact::degradation, 0.8},
    Row{"logging level", Kind::verbosity, Hurts::both, Impact::degradation, 0.8},
    Row{"verbosity", Kind::verbosity, Hurts::both, Impact::degradation, 0.7},

    Row{"cron", Kind::schedule, Hurts::any_change, Impact::degradation, 0.7},
    Row{"schedule", Kind::schedule, Hurts::any_change, Impact::degradation, 0.6},
    Row{"on calendar", Kind::schedule, Hurts::any_change, Impact::degradation, 0.8},
    Row{"maintenance window", Kind::schedule, Hurts::any_change, Impact::outage, 0.7},
    Row{"backup window", Kind::schedule, Hurts::any_change, Impact::data_loss, 0.7},

    Row{"timeout", Kind::timeout, Hurts::both, Impact::outage, 0.85},
    Row{"timeouts", Kind::timeout, Hurts::both, Impact::outage, 0.85},
    Row{"deadline", Kind::timeout, Hurts::both, Impact::outage, 0.7},
    Row{"grace period", Kind::timeout, Hurts::down, Impact::outage, 0.7},
    Row{"grace period seconds", Kind::timeout, Hurts::down, Impact::outage, 0.8},
    Row{"keepalive", Kind::timeout, Hurts::both, Impact::degradation, 0.6},
    Row{"keep alive", Kind::timeout, Hurts::both, Impact::degradation, 0.6},
    Row{"max wait", Kind::timeout, Hurts::both, Impact::outage, 0.7},
    Row{"wait time", Kind::timeout, Hurts::both, Impact::degradation, 0.6},
    Row{"idle time", Kind::timeout, Hurts::both, Impact::degradation, 0.6},
    Row{"initial delay seconds", Kind::timeout, Hurts::down, Impact::outage, 0.8},
    Row{"max lifetime", Kind::timeout, Hurts::both, Impact::degradation, 0.7},
    Row{"max execution time", Kind::timeout, Hurts::both, Impact::outage, 0.7},

    Row{"ttl", Kind::retention, Hurts::both, Impact::degradation, 0.75},
    Row{"max age", Kind::retention, Hurts::both, Impact::degradation, 0.6},
    Row{"expiry", Kind::retention, Hurts::both, Impact::security, 0.7},
    Row{"expire", Kind::retention, Hurts::both, Impact::degradation, 0.6},
    Row{"expires", Kind::retention, Hurts::both, Impact::degradation, 0.6},
    Row{"expiration", Kind::retention, Hurts::both, Impact::security, 0.6},
    Row{"retention", Kind::retention, Hurts::down, Impact::data_loss, 0.8},
    Row{"retain", Kind::retention, Hurts::down, Impact::data_loss, 0.7},
    Row{"rotate", Kind::retention, Hurts::down, Impact::data_loss, 0.5},
    Row{"rotation", Kind::retention, Hurts::down, Impact::data_loss, 0.5},
    Row{"keep days", Kind::retention, Hurts::down, Impact::data_loss, 0.8},
    Row{"days to keep", Kind::retention, Hurts::down, Impact::data_loss, 0.8},
    Row{"keep last", Kind::retention, Hurts::down, Impact::data_loss, 0.7},
    Row{"max backups", Kind::retention, Hurts::down, Impact::data_loss, 0.7},
    Row{"history limit", Kind::retention, Hurts::down, Impact::blindness, 0.5},
    Row{"validity", Kind::retention, Hurts::both, Impact::security, 0.6},

    Row{"interval", Kind::interval, Hurts::both, Impact::degradation, 0.7},
    Row{"period", Kind::interval, Hurts::both, Impact::degradation, 0.5},
    Row{"period seconds", Kind::interval, Hurts::both, Impact::degradation, 0.6},
    Row{"frequency", Kind::interval, Hurts::both, Impact::degradation, 0.6},
    Row{"delay", Kind::interval, Hurts::both, Impact::degradation, 0.5},
    Row{"backoff", Kind::interval, Hurts::both, Impact::degradation, 0.5},
    Row{"cooldown", Kind::interval, Hurts::both, Impact::degradation, 0.5},
    Row{"group wait", Kind::interval, Hurts::up, Impact::blindness, 0.7},

    Row{"retries", Kind::retries, Hurts::both, Impact::degradation, 0.8},
    Row{"retry", Kind::retries, Hurts::both, Impact::degradation, 0.5},
    Row{"attempts", Kind::retries, Hurts::both, Impact::degradation, 0.7},
    Row{"backoff limit", Kind::retries, Hurts::both, Impact::degradation, 0.6},

    Row{"replicas", Kind::replicas, Hurts::down, Impact::outage, 0.85},
    Row{"replica count", Kind::replicas, Hurts::down, Impact::outage, 0.85},
    Row{"replicacount", Kind::replicas, Hurts::down, Impact::outage, 0.85},
    Row{"replication factor", Kind::replicas, Hurts::down, Impact::data_loss, 0.85},
    Row{"min available", Kind::replicas, Hurts::both, Impact::outage, 0.7},
    Row{"minimum master nodes", Kind::replicas, Hurts::any_change, Impact::data_loss, 0.8},
    Row{"quorum", Kind::replicas, Hurts::any_change, Impact::data_loss, 0.6},
    Row{"desired capacity", Kind::replicas, Hurts::down, Impact::outage, 0.8},
    Row{"node count", Kind::replicas, Hurts::down, Impact::outage, 0.7},
    Row{"num nodes", Kind::replicas, Hurts::down, Impact::outage, 0.7},
    Row{"instance count", Kind::replicas, Hurts::down, Impact::outage, 0.7},
    Row{"instances", Kind::replicas, Hurts::down, Impact::outage, 0.5},
    Row{"min size", Kind::replicas, Hurts::down, Impact::outage, 0.6},
    Row{"max size", Kind::limit, Hurts::both, Impact::degradation, 0.6},
    Row{"max unavailable", Kind::limit, Hurts::up, Impact::outage, 0.7},

    Row{"weight", Kind::weight, Hurts::any_change, Impact::outage, 0.7},
    Row{"traffic", Kind::weight, Hurts::any_change, Impact::outage, 0.5},
    Row{"rollout", Kind::weight, Hurts::up, Impact::outage, 0.5},
    Row{"rollout percentage", Kind::weight, Hurts::up, Impact::outage, 0.7},
    Row{"priority", Kind::weight, Hurts::both, Impact::degradation, 0.4},
    Row{"ratio", Kind::threshold, Hurts::both, Impact::degradation, 0.6},

    Row{"quota", Kind::limit, Hurts::both, Impact::outage, 0.75},
    Row{"quotas", Kind::limit, Hurts::both, Impact::outage, 0.75},
    Row{"rate limit", Kind::rate, Hurts::both, Impact::outage, 0.8},
    Row{"ratelimit", Kind::rate, Hurts::both, Impact::outage, 0.8},
    Row{"per second", Kind::rate, Hurts::both, Impact::outage, 0.7},
    Row{"per minute", Kind::rate, Hurts::both, Impact::outage, 0.7},
    Row{"per hour", Kind::rate, Hurts::both, Impact::outage, 0.7},
    Row{"qps", Kind::rate, Hurts::both, Impact::outage, 0.8},
    Row{"rps", Kind::rate, Hurts::both, Impact::outage, 0.8},
    Row{"burst", Kind::rate, Hurts::both, Impact::degradation, 0.7},
    Row{"throttle", Kind::rate, Hurts::both, Impact::degradation, 0.5},
    Row{"iops", Kind::rate, Hurts::down, Impact::degradation, 0.7, true},
    Row{"throughput", Kind::rate, Hurts::down, Impact::degradation, 0.6, true},

    Row{"threshold", Kind::threshold, Hurts::any_change, Impact::degradation, 0.7},
    Row{"watermark", Kind::threshold, Hurts::any_change, Impact::degradation, 0.7},
    Row{"tolerance", Kind::threshold, Hurts::any_change, Impact::degradation, 0.5},

    Row{"max connections", Kind::capacity, Hurts::down, Impact::outage, 0.85},
    Row{"pool", Kind::capacity, Hurts::down, Impact::outage, 0.7},
    Row{"pool size", Kind::capacity, Hurts::down, Impact::outage, 0.85},
    Row{"connections", Kind::capacity, Hurts::down, Impact::outage, 0.75},
    Row{"conns", Kind::capacity, Hurts::down, Impact::outage, 0.75},
    Row{"conn", Kind::capacity, Hurts::down, Impact::outage, 0.6},
    Row{"clients", Kind::capacity, Hurts::down, Impact::outage, 0.6},
    Row{"workers", Kind::capacity, Hurts::down, Impact::outage, 0.75},
    Row{"worker", Kind::capacity, Hurts::down, Impact::outage, 0.4},
    Row{"threads", Kind::capacity, Hurts::down, Impact::outage, 0.75},
    Row{"processes", Kind::capacity, Hurts::down, Impact::outage, 0.7},
    Row{"procs", Kind::capacity, Hurts::down, Impact::outage, 0.6},
    Row{"concurrency", Kind::capacity, Hurts::down, Impact::outage, 0.75},
    Row{"concurrent", Kind::capacity, Hurts::down, Impact::outage, 0.6},
    Row{"parallelism", Kind::capacity, Hurts::down, Impact::degradation, 0.6},
    Row{"parallel", Kind::capacity, Hurts::down, Impact::degradation, 0.5},
    Row{"backlog", Kind::capacity, Hurts::down, Impact::outage, 0.6},
    Row{"queue size", Kind::capacity, Hurts::down, Impact::degradation, 0.7},
    Row{"batch size", Kind::capacity, Hurts::both, Impact::degradation, 0.5},
    Row{"batchsize", Kind::capacity, Hurts::both, Impact::degradation, 0.5},
    // What is stored is spread over so many parts; another number is another place for it.
    Row{"shards", Kind::capacity, Hurts::both, Impact::data_loss, 0.65},
    Row{"shard count", Kind::capacity, Hurts::both, Impact::data_loss, 0.65},
    Row{"partitions", Kind::capacity, Hurts::both, Impact::data_loss, 0.6},
    Row{"partition count", Kind::capacity, Hurts::both, Impact::data_loss, 0.65},
    Row{"ring size", Kind::capacity, Hurts::both, Impact::data_loss, 0.65},
    Row{"nofile", Kind::limit, Hurts::down, Impact::outage, 0.8},
    Row{"open files", Kind::limit, Hurts::down, Impact::outage, 0.8},

    Row{"instance type", Kind::mode, Hurts::any_change, Impact::outage, 0.75},
    Row{"instance class", Kind::mode, Hurts::any_change, Impact::outage, 0.75},
    Row{"machine type", Kind::mode, Hurts::any_change, Impact::outage, 0.75},
    Row{"node type", Kind::mode, Hurts::any_change, Impact::outage, 0.6},
    Row{"vm size", Kind::mode, Hurts::any_change, Impact::outage, 0.75},
    Row{"memory", Kind::size, Hurts::down, Impact::outage, 0.75, true},
    Row{"mem", Kind::size, Hurts::down, Impact::outage, 0.7, true},
    Row{"heap", Kind::size, Hurts::down, Impact::outage, 0.75, true},
    Row{"xmx", Kind::size, Hurts::down, Impact::outage, 0.8, true},
    Row{"xms", Kind::size, Hurts::down, Impact::degradation, 0.7, true},
    Row{"ram", Kind::size, Hurts::down, Impact::outage, 0.6, true},
    Row{"cpu", Kind::size, Hurts::down, Impact::degradation, 0.7, true},
    Row{"cpus", Kind::size, Hurts::down, Impact::degradation, 0.7, true},
    Row{"cores", Kind::size, Hurts::down, Impact::degradation, 0.6, true},
    Row{"storage", Kind::size, Hurts::down, Impact::outage, 0.6, true},
    Row{"disk", Kind::size, Hurts::down, Impact::outage, 0.6, true},
    Row{"volume size", Kind::size, Hurts::down, Impact::outage, 0.7, true},
    Row{"buffer", Kind::size, Hurts::down, Impact::degradation, 0.6, true},
    Row{"buffers", Kind::size, Hurts::down, Impact::degradation, 0.6, true},
    Row{"cache size", Kind::size, Hurts::down, Impact::degradation, 0.7, true},
    Row{"size", Kind::size, Hurts::down, Impact::degradation, 0.5, true},
    Row{"capacity", Kind::capacity, Hurts::down, Impact::outage, 0.6, true},

    Row{"limit", Kind::limit, Hurts::both, Impact::outage, 0.7},
    Row{"limits", Kind::limit, Hurts::both, Impact::outage, 0.7},
    Row{"maximum", Kind::limit, Hurts::both, Impact::degradation, 0.6},
    Row{"max", Kind::limit, Hurts::both, Impact::degradation, 0.55},
    Row{"minimum", Kind::limit, Hurts::both, Impact::degradation, 0.5},
    Row{"min", Kind::limit, Hurts::both, Impact::degradation, 0.5},

    Row{"allowed hosts", Kind::pattern, Hurts::any_change, Impact::security, 0.7},
    Row{"cidr", Kind::pattern, Hurts::any_change, Impact::security, 0.7},
    Row{"cidrs", Kind::pattern, Hurts::any_change, Impact::security, 0.7},
    Row{"cidr blocks", Kind::pattern, Hurts::any_change, Impact::security, 0.8},
    Row{"source ranges", Kind::pattern, Hurts::any_change, Impact::security, 0.8},
    Row{"srange", Kind::pattern, Hurts::any_change, Impact::security, 0.7},
    Row{"whitelist", Kind::pattern, Hurts::any_change, Impact::security, 0.6},
    Row{"allowlist", Kind::pattern, Hurts::any_change, Impact::security, 0.6},
    Row{"blacklist", Kind::pattern, Hurts::any_change, Impact::security, 0.6},
    Row{"denylist", Kind::pattern, Hurts::any_change, Impact::security, 0.6},
    Row{"allow origin", Kind::pattern, Hurts::any_change, Impact::security, 0.7},
    Row{"origins", Kind::pattern, Hurts::any_change, Impact::security, 0.6},

    Row{"host", Kind::address, Hurts::any_change, Impact::outage, 0.65},
    Row{"hosts", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"hostname", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"server", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"servers", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"bootstrap servers", Kind::address, Hurts::any_change, Impact::outage, 0.8},
    Row{"endpoint", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"endpoints", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"address", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"addr", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"addresses", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"url", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"urls", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"uri", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"dsn", Kind::address, Hurts::any_change, Impact::outage, 0.7},
    Row{"port", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"upstream", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"broker", Kind::address, Hurts::any_change, Impact::outage, 0.6},
    Row{"brokers", Kind::address, Hurts::any_change, Impact::outage, 0.7},
    Row{"nameserver", Kind::address, Hurts::any_change, Impact::outage, 0.7},
    Row{"nameservers", Kind::address, Hurts::any_change, Impact::outage, 0.7},
    Row{"gateway", Kind::address, Hurts::any_change, Impact::outage, 0.5},
    Row{"receiver", Kind::address, Hurts::any_change, Impact::blindness, 0.7},
    Row{"bucket", Kind::address, Hurts::any_change, Impact::data_loss, 0.6},
    Row{"database index", Kind::address, Hurts::any_change, Impact::data_loss, 0.7},
    Row{"dbname", Kind::address, Hurts::any_change, Impact::data_loss, 0.7},
    Row{"database", Kind::address, Hurts::any_change, Impact::data_loss, 0.5},
    Row{"database name", Kind::address, Hurts::any_change, Impact::data_loss, 0.6},

    Row{"version", Kind::version, Hurts::never, Impact::degradation, 0.7},
    Row{"image", Kind::version, Hurts::never, Impact::degradation, 0.7},
    Row{"tag", Kind::version, Hurts::never, Impact::degradation, 0.7},

    Row{"ssl protocols", Kind::level, Hurts::any_change, Impact::security, 0.8},
    Row{"ssl protocol", Kind::level, Hurts::any_change, Impact::security, 0.8},
    Row{"tls version", Kind::level, Hurts::any_change, Impact::security, 0.8},
    Row{"tls versions", Kind::level, Hurts::any_change, Impact::security, 0.8},
    Row{"tls min version", Kind::level, Hurts::any_change, Impact::security, 0.8},
    Row{"min protocol", Kind::level, Hurts::any_change, Impact::security, 0.7},
    Row{"protocols", Kind::level, Hurts::any_change, Impact::security, 0.5},
    Row{"ciphers", Kind::mode, Hurts::any_change, Impact::security, 0.8},
    Row{"cipher", Kind::mode, Hurts::any_change, Impact::security, 0.7},
    Row{"sslmode", Kind::level, Hurts::any_change, Impact::security, 0.9},
    Row{"ssl mode", Kind::level, Hurts::any_change, Impact::security, 0.9},
    Row{"content security policy", Kind::mode, Hurts::any_change, Impact::security, 0.8},

    Row{"mode", Kind::mode, Hurts::any_change, Impact::outage, 0.55},
    Row{"strategy", Kind::mode, Hurts::any_change, Impact::outage, 0.55},
    Row{"policy", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"storage class", Kind::mode, Hurts::any_change, Impact::data_loss, 0.7},
    Row{"storage class name", Kind::mode, Hurts::any_change, Impact::data_loss, 0.7},
    Row{"class name", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"driver", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"engine", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"backend", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"protocol", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"algorithm", Kind::mode, Hurts::any_change, Impact::outage, 0.5},
    Row{"isolation", Kind::mode, Hurts::any_change, Impact::data_loss, 0.5},
    Row{"consistency", Kind::mode, Hurts::any_change, Impact::data_loss, 0.6},
    Row{"acks", Kind::mode, Hurts::any_change, Impact::data_loss, 0.8},
    Row{"severity", Kind::mode, Hurts::any_change, Impact::blindness, 0.6},
};

constexpr std::array<std::string_view, 62> k_protects = {"tls",
                                                         "ssl",
                                                         "https",
                                                         "mtls",
                                                         "verify",
                                                         "verification",
                                                         "validate",
                                                         "validation",
                                                         "certs",
                                                         "auth",
                                                         "authentication",
                                                         "authorization",
                                                         "oauth",
                                                         "rbac",
                                                         "acl",
                                                         "firewall",
                                                         "waf",
                                                         "csp",
                                                         "csrf",
                                                         "hsts",
                                                         "encryption",
                                                         "encrypted",
                                                         "encrypt",
                                                         "deletion protection",
                                                         "protection",
                                                         "protected",
                                                         "backup",
                                                         "backups",
                                                         "snapshot",
                                                         "snapshots",
                                                         "fsync",
                                                         "synchronous",
                                                         "durable",
                                                         "durability",
                                                         "rate limit",
                                                         "rate limiting",
                                                         "ratelimit",
                                                         "liveness",
                                                         "readiness",
                                                         "health check",
                                                         "healthcheck",
                                                         "health checks",
                                                         "alert",
                                                         "alerts",
                                                         "alerting",
                                                         "alarm",
                                                         "alarms",
                                                         "monitoring",
                                                         "audit",
                                                         "secure",
                                                         "seccomp",
                                                         "selinux",
                                                         "apparmor",
                                                         "non root",
                                                         "mfa",
                                                         "signature",
                                                         "failover",
                                                         "replication",
                                                         "multi az",
                                                         "versioning",
                                                         "critical",
                                                         "autovacuum"};

constexpr std::array<std::string_view, 24> k_exposes = {"insecure",
                                                        "skip",
                                                        "disable",
                                                        "disabled",
                                                        "anonymous",
                                                        "public",
                                                        "publicly",
                                                        "privileged",
                                                        "bypass",
                                                        "no verify",
                                                        "unsafe",
                                                        "unauthenticated",
                                                        "allow privilege escalation",
                                                        "host network",
                                                        "force destroy",
                                                        "shutdown",
                                                        "suspend",
                                                        "suspended",
                                                        "trust all",
                                                        "allow all",
                                                        "delete",
                                                        "destroy",
                                                        "dangerous",
                                                        "untrusted"};

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

std::string_view last_word(std::string_view spaced) {
  if (spaced.size() < 2) {
    return {};
  }
  const std::size_t end = spaced.size() - 1;
  const std::size_t start = spaced.rfind(' ', end - 1);
  return spaced.substr(start + 1, end - start - 1);
}

// Leaves that say nothing without their parent: "limits.memory" does, "tls.enabled" does not.
bool is_generic(std::string_view leaf) {
  constexpr std::array<std::string_view, 19> k_generic = {
      " enabled ", " enable ", " value ", " default ", " level ",    " count ",  " disabled ",
      " size ",    " max ",    " min ",   " limit ",   " requests ", " limits ", " seconds ",
      " name ",    " active ", " on ",    " number ",  " type "};
  return std::find(k_generic.begin(), k_generic.end(), leaf) != k_generic.end();
}

const Row* row_for(std::string_view spaced) {
  // Of the phrases that fit, the first row; but of rows for the same first word the longest phrase.
  const Row* found = nullptr;
  for (const Row& row : k_rows) {
    if (has_phrase(spaced, row.phrase) &&
        (found == nullptr ||
         (row.phrase.size() > found->phrase.size() && row.phrase.starts_with(found->phrase)))) {
      found = &row;
    }
  }
  return found;
}

} // namespace

Guard guard_of(std::string_view leaf, std::string_view parents) {
  if (any_phrase(k_exposes, leaf)) {
    return Guard::exposes;
  }
  if (any_phrase(k_protects, leaf)) {
    return Guard::protects;
  }
  if (is_generic(leaf)) {
    const std::string parent = " " + std::string(last_word(parents)) + " ";
    if (any_phrase(k_protects, parent)) {
      return Guard::protects;
    }
  }
  return Guard::none;
}

Meaning meaning_by_words(std::string_view leaf, std::string_view parents) {
  Meaning meaning;
  meaning.guard = guard_of(leaf, parents);
  const std::string parent = " " + std::string(last_word(parents)) + " ";
  const Row* row = row_for(leaf);
  double factor = 1;
  if ((row == nullptr || is_generic(leaf)) && parent.size() > 2) {
    const Row* by_parent = row_for(parent);
    if (by_parent != nullptr && by_parent->kind != Kind::identifier) {
      row = by_parent;
      factor = 0.9;
    }
  }
  // "servers[web].count": so many of them run
  if (leaf == " count " || leaf == " number ") {
    for (const std::string_view many :
         {"servers", "nodes", "instances", "machines", "workers", "masters", "server", "node"}) {
      if (has_phrase(parents, many)) {
        row = row_for(" replicas ");
        factor = 0.8;
      }
    }
  }
  if (leaf == " level " && has_phrase(parents, "logging")) {
    row = row_for(" log level ");
  }
  if (row == nullptr) {
    return meaning;
  }
  meaning.known = true;
  meaning.kind = row->kind;
  meaning.hurts = row->hurts;
  meaning.impact = row->impact;
  meaning.confidence = row->confidence * factor;
  meaning.plain_growth = row->plain_growth;
  meaning.what = std::string(row->phrase);
  return meaning;
}

Meaning meaning_of(const Catalog& catalog, std::string_view path, const Setting& setting) {
  const std::string leaf = spaced_words(key_parts(setting.key).leaf);
  std::string joined;
  for (std::size_t i = 0; i + 1 < setting.key.segments.size(); ++i) {
    joined += setting.key.segments[i];
    joined += ' ';
  }
  const std::string parents = spaced_words(joined);
  Meaning words = meaning_by_words(leaf, parents);
  const Parameter* parameter = catalog.find(path, setting);
  if (parameter == nullptr) {
    return words;
  }
  Meaning meaning;
  meaning.known = true;
  meaning.kind = parameter->kind;
  meaning.hurts = parameter->hurts;
  meaning.impact = parameter->impact;
  meaning.guard = words.guard;
  meaning.unit = parameter->unit;
  meaning.what = parameter->title;
  meaning.confidence = 1;
  meaning.plain_growth = parameter->kind == Kind::size || words.plain_growth;
  meaning.parameter = parameter;
  return meaning;
}

} // namespace leadline
