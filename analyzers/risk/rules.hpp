#pragma once

#include "analyzers/risk/subject.hpp"
#include "analyzers/risk/wording.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace leadline {

// A rule family: what it finds in one setting change, at most one draft. Pure.
using Rule = std::optional<Concern> (*)(const Subject& subject);

std::optional<Concern>
judge_quantity(const Subject& subject); // capacity, limits, time, replicas, weights
std::optional<Concern>
judge_unit(const Subject& subject); // units changed, dropped, numbers slipped by ten
std::optional<Concern> judge_switch(const Subject& subject); // switches and protections
std::optional<Concern>
judge_protection(const Subject& subject); // levels: TLS versions, verification, ciphers, CSP
std::optional<Concern> judge_value(const Subject& subject);   // blank and malformed values
std::optional<Concern> judge_address(const Subject& subject); // hosts, environments
std::optional<Concern>
judge_exposure(const Subject& subject); // who can reach it: networks, interfaces, published ports
std::optional<Concern>
judge_endless(const Subject& subject); // Integer.MAX_VALUE and None where a bound stood
std::optional<Concern>
judge_content_policy(const Subject& subject); // what pages may load and run: CSP
std::optional<Concern>
judge_access(const Subject& subject); // who may call what, in a program's own words
std::optional<Concern>
judge_permission(const Subject& subject); // who may do what: grants, roles, file modes, tokens
std::optional<Concern>
judge_container(const Subject& subject); // what of its machine a container may touch; rollouts
std::optional<Concern> judge_firewall(const Subject& subject); // what a packet filter lets in
std::optional<Concern> judge_dns(const Subject& subject);      // mail and name servers of a zone
std::optional<Concern> judge_logging(const Subject& subject);  // logs that are written no more
std::optional<Concern> judge_pin(const Subject& subject);      // actions that a workflow runs
std::optional<Concern>
judge_interruptible(const Subject& subject); // machines that the cloud may take back
std::optional<Concern> judge_hash_cost(const Subject& subject); // how dear it is to guess passwords
std::optional<Concern> judge_pattern(const Subject& subject);   // patterns and lists that admit
std::optional<Concern> judge_alert(const Subject& subject);    // severities, receivers, expressions
std::optional<Concern> judge_schedule(const Subject& subject); // cron and calendars
std::optional<Concern> judge_version(const Subject& subject);  // stateful services and runtimes
std::optional<Concern> judge_mode(const Subject& subject);     // modes, log levels

std::optional<Concern>
judge_malformed(const Subject& subject); // ports, networks, cron, expressions that cannot be read
std::optional<Concern> judge_bounds(const Subject& subject); // beyond what the system gives
std::optional<Concern> judge_retries_without_bound(const Subject& subject);
std::optional<Concern>
judge_turning_point(const Subject& subject); // versions that changed a default
std::optional<Concern>
judge_default(const Subject& subject); // a quantity that goes or comes, against the default
std::optional<Concern> judge_trust(const Subject& subject); // values that believe everybody
std::optional<Concern>
judge_removed(const Subject& subject); // a level, limit or text that goes, against the default

// A bare number where a unit stood, of a program that is known to read it in another one, so that
// it is five times or more away: "50s" -> 90 in milliseconds.
bool reads_in_another_unit(const Subject& subject);
// The same where nothing says how the bare number is read: its size is not known.
bool is_bare_of_its_unit(const Subject& subject);

// All families, in the order in which ties are broken.
std::span<const Rule> rules();

struct RuleInfo {
  std::string_view id;    // "capacity.drop"
  std::string_view title; // what it finds, for `docs/rules.md` and SARIF
};
// Every rule that can appear in a report, sorted by id.
std::span<const RuleInfo> rule_infos();

// How much is at stake: 1 for an outage, 0 for nothing.
double weight_of(Impact impact);
// Powers of ten between old and new, at most 2; an end at zero counts as 2.
double orders_of(const QuantityChange& change);
// Old and new as texts, blanks named.
bool is_blank(std::string_view value);

} // namespace leadline
