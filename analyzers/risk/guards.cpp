#include "analyzers/risk/guards.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/meaning.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::array<std::string_view, 67> k_protects = {"tls",
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
                                                         "persistence",
                                                         "versioning",
                                                         "critical",
                                                         "autovacuum",
                                                         "content security policy",
                                                         "frameguard",
                                                         "point in time recovery",
                                                         "lockout"};

constexpr std::array<std::string_view, 28> k_exposes = {"insecure",
                                                        "non ssl",
                                                        "non tls",
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
                                                        "untrusted",
                                                        "no check",
                                                        "trust server cert"};

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

} // namespace

std::string_view last_word(std::string_view spaced) {
  if (spaced.size() < 2) {
    return {};
  }
  const std::size_t end = spaced.size() - 1;
  const std::size_t start = spaced.rfind(' ', end - 1);
  return spaced.substr(start + 1, end - start - 1);
}

bool is_generic_leaf(std::string_view leaf) {
  constexpr std::array<std::string_view, 19> k_generic = {
      " enabled ", " enable ", " value ", " default ", " level ",    " count ",  " disabled ",
      " size ",    " max ",    " min ",   " limit ",   " requests ", " limits ", " seconds ",
      " name ",    " active ", " on ",    " number ",  " type "};
  return std::find(k_generic.begin(), k_generic.end(), leaf) != k_generic.end();
}

Guard guard_of(std::string_view leaf, std::string_view parents) {
  if (any_phrase(k_exposes, leaf)) {
    return Guard::exposes;
  }
  if (any_phrase(k_protects, leaf)) {
    return Guard::protects;
  }
  if (is_generic_leaf(leaf)) {
    const std::string parent = " " + std::string(last_word(parents)) + " ";
    if (any_phrase(k_protects, parent)) {
      return Guard::protects;
    }
  }
  return Guard::none;
}

} // namespace leadline
