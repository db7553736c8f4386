#include "analyzers/domains/words.hpp"
#include "analyzers/risk/listening.hpp"
#include "analyzers/risk/network_range.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

bool any_phrase(std::string_view spaced, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

bool is_open(std::string_view value) {
  const std::string_view text = trim(value);
  return text.find("0.0.0.0/0") != std::string_view::npos ||
         text.find("::/0") != std::string_view::npos;
}

// The one item of a list, without its marks: "[\"*\"]" is "*".
std::string_view sole_item(std::string_view value) {
  std::string_view text = trim(value);
  while (text.size() >= 2 && ((text.front() == '[' && text.back() == ']') ||
                              (text.front() == '"' && text.back() == '"') ||
                              (text.front() == '\'' && text.back() == '\''))) {
    text = trim(text.substr(1, text.size() - 2));
  }
  return text;
}

bool is_star(std::string_view value) {
  const std::string_view text = sole_item(value);
  return text == "*" || text == ".*" || text == "^.*$" || text == "%";
}

// What sets which sites may read answers with the user's cookies: a CORS layer's list of origins.
bool admits_sites(const Subject& s) {
  return any_phrase(s.leaf, {"origin", "origins", "allow origin", "allow origins"});
}

// `origin: true` sends the origin of each request back
// (https://expressjs.com/en/resources/middleware/cors.html#configuration-options), and
// AllowAnyOrigin() says so (https://learn.microsoft.com/aspnet/core/security/cors).
bool admits_every_site(const Subject& s, std::string_view value) {
  const std::string_view text = sole_item(value);
  return admits_sites(s) && (is_star(value) || text == "true" || text == "True" ||
                             text == "AllowAnyOrigin" || text == "http://*" || text == "https://*");
}

// https://cloud.google.com/iam/docs/overview#all-users,
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/
bool names_everybody(std::string_view value) {
  const std::string text = to_lower(sole_item(value));
  return text == "allusers" || text == "allauthenticatedusers" || text == "system:anonymous" ||
         text == "system:unauthenticated";
}

Concern open_to_all(const Subject& s, std::string tail) {
  Concern made;
  made.rule = "exposure.wildcard";
  made.urgency = s.kind() != ChangeKind::added         ? 2.2
                 : s.file->status == FileStatus::added ? 1.0
                                                       : 1.4;
  made.confidence = 0.85;
  made.tail = std::move(tail);
  made.effect = "Whoever can reach it over the network is let in.";
  made.check = "Who has to reach it, and from where?";
  made.restorable = s.modified();
  return made;
}

// Whose addresses may come in, by the last part of the key: nginx's allow, a load balancer's source
// ranges, a security group's blocks.
bool lists_sources(const Subject& s) {
  return any_phrase(s.leaf,
                    {"allow", "allowed", "allow list", "allowlist", "white list", "whitelist",
                     "source range", "source ranges", "source ip", "source ips", "cidr blocks",
                     "cidr block", "cidrs", "authorized networks", "trusted networks", "mynetworks",
                     "ip ranges", "remote ip"}) &&
         !any_phrase(s.leaf, {"deny", "block list", "blacklist"});
}

// More than this many times as many addresses is no slip of a network that grew.
constexpr int k_grown = 8; // bits

std::optional<Concern> judge_wider_range(const Subject& s) {
  if (!s.modified() || !lists_sources(s)) {
    return std::nullopt;
  }
  const std::optional<Widening> wider = widened_range(s.old_value, s.new_value);
  if (!wider) {
    return std::nullopt;
  }
  Concern made = open_to_all(
      s, fmt::format("{} lets in {} times as many addresses", wider->range,
                     wider->bits < 20 ? fmt::format("{}", 1L << wider->bits) : "very many"));
  made.rule = "permission.widened";
  made.urgency = wider->reserved || wider->bits < k_grown ? 1.5 : 2.05;
  made.effect = "Machines that were kept out get in.";
  made.check = "Who has to reach it, and from where?";
  return made;
}

// A list of who may come in that goes as a whole, and nginx's and Apache's "deny all"
// (https://nginx.org/en/docs/http/ngx_http_access_module.html,
// https://httpd.apache.org/docs/2.4/mod/mod_access_compat.html#deny): what is named in neither is
// let in.
std::optional<Concern> judge_gate_removed(const Subject& s) {
  const std::string before = to_lower(trim(s.old_value));
  const bool denies = s.leaf == " deny " && (before == "all" || before == "from all");
  const bool list = any_phrase(s.leaf, {"whitelist source range", "allowlist source range"});
  // A step or a job of a workflow that ran for one branch or one repository alone
  // (https://docs.github.com/en/actions/writing-workflows/choosing-when-your-workflow-runs/using-conditions-to-control-job-execution).
  const bool gated =
      s.leaf == " if " && s.file->path.find(".github/workflows/") != std::string::npos &&
      any_phrase(spaced_words(before), {"github ref", "github ref name", "github repository",
                                        "github actor", "github event name"});
  if (gated) {
    Concern made;
    made.rule = "protection.removed";
    made.urgency = 1.6;
    made.confidence = 0.7;
    made.tail = "it runs for every branch and event that starts the workflow";
    made.effect = "What was kept to one branch, event or repository is done for all of them.";
    made.check = "Which branches and events start the workflow, and may each of them do this?";
    made.restorable = false;
    return made;
  }
  if ((!denies && !list) || s.old_is_template || is_open(before)) {
    return std::nullopt;
  }
  Concern made = open_to_all(s, "everybody else is let in as well");
  made.rule = "protection.removed";
  made.urgency = 2.05;
  made.effect = "Addresses that are not on the list were refused, and are not from now on.";
  made.restorable = false;
  return made;
}

std::optional<Concern> judge_wildcard(const Subject& s) {
  const std::string words = s.parents + s.leaf;
  const bool outgoing =
      any_phrase(words, {"egress", "outbound", "route", "routes", "destination", "no proxy"});
  // "Require all granted" where somebody was asked for
  // (https://httpd.apache.org/docs/2.4/mod/mod_authz_core.html#require); "Allow from all" before.
  const auto grants = [](std::string_view value) {
    const std::string text = to_lower(trim(value));
    return text == "all granted" || text == "from all";
  };
  const bool apache = s.leaf == " require " || s.leaf == " allow ";
  if (s.modified() && apache && grants(s.new_value) && !grants(s.old_value)) {
    return open_to_all(s, "everybody is let in");
  }
  // nginx's "allow all" where a network stood.
  if (s.modified() && s.leaf == " allow " && trim(s.new_value) == "all") {
    return open_to_all(s, "open to every address");
  }
  if (is_open(s.new_value) && !is_open(s.old_value) && !outgoing) {
    return open_to_all(s, "open to every address");
  }
  if (admits_every_site(s, s.new_value) && !admits_every_site(s, s.old_value)) {
    Concern made = open_to_all(s, "every site may read the answers");
    made.effect = "Any page that a user opens can call it from their browser and read what it "
                  "answers, with their cookies where credentials are allowed.";
    made.check = "Which sites call it, and are credentials allowed?";
    return made;
  }
  const bool who =
      any_phrase(s.leaf,
                 {"origin", "origins", "allow origin", "allowed hosts", "principal", "principals",
                  "allow", "allowed", "allowed origins", "whitelist", "allowlist", "source ranges",
                  "trusted proxies", "trusted hosts", "access control allow origin"}) ||
      any_phrase(s.parents, {"principal", "principals"}) ||
      // https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.exposing
      has_phrase(spaced_words(s.setting().key.text()), "web exposure include");
  if (is_star(s.new_value) && !is_star(s.old_value) && who) {
    return open_to_all(s, "open to everybody");
  }
  if (names_everybody(s.new_value) && !names_everybody(s.old_value)) {
    return open_to_all(s, "open to everybody");
  }
  return std::nullopt;
}

// The host of "127.0.0.1:8080", "[::1]:80", "tcp://localhost:1" or of a published port
// ("127.0.0.1:5432:5432"); the whole text where no port follows.
std::string_view host_of(std::string_view value) {
  std::string_view text = trim(value);
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text = text.substr(scheme + 3);
  }
  if (text.starts_with('[')) {
    return text.substr(1, text.find(']') == std::string_view::npos ? 0 : text.find(']') - 1);
  }
  const std::size_t colon = text.find(':');
  // "::1" has no port, "fe80::1" neither.
  const bool bare_ipv6 = colon != std::string_view::npos &&
                         text.find('.') == std::string_view::npos &&
                         text.find(':', colon + 1) == colon + 1;
  return bare_ipv6 ? text : text.substr(0, colon);
}

bool is_quad(std::string_view text) {
  return std::count(text.begin(), text.end(), '.') == 3 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_loopback(std::string_view value) {
  const std::string_view host = host_of(value);
  return host == "localhost" || host == "::1" || (host.starts_with("127.") && is_quad(host));
}

bool is_every_interface(std::string_view value) {
  const std::string_view host = host_of(value);
  return host == "0.0.0.0" || host == "::";
}

// One of several addresses: Redis' "* -::*", where '-' says that the address may be absent
// (https://redis.io/docs/latest/operate/oss_and_stack/management/config-file/).
bool has_every_interface(std::string_view value) {
  const std::vector<std::string_view> words = split(value, ' ');
  return std::any_of(words.begin(), words.end(), [](std::string_view word) {
    word = word.starts_with('-') ? word.substr(1) : word;
    word = word.ends_with(',') ? word.substr(0, word.size() - 1) : word;
    return word == "*" || word == "::*" || word == "0.0.0.0" || word == "::";
  });
}

// Below an alarm in production as well.
constexpr double k_own_program = 1.3;

// Dockerfile, Containerfile, app.Dockerfile, Dockerfile.web
bool is_image_recipe(std::string_view path) {
  const std::string name = to_lower(path.substr(path.rfind('/') + 1)); // 0 without a slash
  return name.starts_with("dockerfile") || name.ends_with(".dockerfile") ||
         name.starts_with("containerfile");
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 11 &&
         text.find_first_not_of("0123456789-") == std::string_view::npos;
}

std::optional<Concern> judge_listen(const Subject& s) {
  if (!s.modified()) {
    return std::nullopt;
  }
  // Nobody connects to 0.0.0.0: whatever the key is called, the program listens there.
  if (is_loopback(s.old_value) && is_every_interface(s.new_value)) {
    Concern made = open_to_all(s, "listens on every interface");
    if (is_image_recipe(s.file->path) || s.file->role == FileRole::code) {
      // Nothing outside of a container reaches its loopback: a program in one has to listen so.
      made.urgency = k_own_program;
      made.check = "Does it run in a container whose ports are published on purpose?";
    }
    return made;
  }
  const bool own = listens(s);
  const bool local = s.old_value.find("127.0.0.1") != std::string::npos ||
                     s.old_value.find("localhost") != std::string::npos ||
                     s.old_value.find("::1") != std::string::npos;
  const std::string_view after = trim(s.new_value);
  if (own && local &&
      (after.starts_with("0.0.0.0") || is_star(after) || after.starts_with("*:") ||
       after.starts_with("[::]") || (after.starts_with(':') && is_port(after.substr(1))) ||
       has_every_interface(after) ||
       is_port(after.substr(0, after.find(' '))))) { // nginx: "listen 8080 ssl"
    return open_to_all(s, "listens on every interface");
  }
  // From one network to all: of what keeps data, where the catalogue says so.
  if (own && s.meaning.parameter != nullptr && s.meaning.impact == Impact::security &&
      !is_blank(s.old_value) && has_every_interface(after) && !s.old_is_template &&
      !has_every_interface(s.old_value)) {
    return open_to_all(s, "listens on every interface");
  }
  return std::nullopt;
}

// cors({ origin: "https://a.example" }) without its option admits every site
// (https://expressjs.com/en/resources/middleware/cors.html#configuration-options).
std::optional<Concern> judge_origin_removed(const Subject& s) {
  const bool express = s.leaf == " origin " && s.setting().context == "cors";
  if (!express || s.old_is_template || is_blank(s.old_value) || admits_every_site(s, s.old_value) ||
      s.old_switch == false) {
    return std::nullopt;
  }
  Concern made = open_to_all(s, "without it every site may read the answers");
  made.urgency = 1.8;
  made.effect = "Any page that a user opens can call it from their browser and read what it "
                "answers.";
  made.check = "Which sites call it?";
  made.restorable = false;
  return made;
}

// An address to listen on that goes, of a program that listens everywhere without one.
std::optional<Concern> judge_listen_removed(const Subject& s) {
  const Parameter* parameter = s.meaning.parameter;
  if (parameter == nullptr || parameter->kind != ParameterKind::address ||
      !has_every_interface(parameter->default_value) || has_every_interface(s.old_value) ||
      is_blank(s.old_value) || s.old_is_template ||
      !any_phrase(s.leaf, {"bind", "listen", "bind address", "listen address"})) {
    return std::nullopt;
  }
  Concern made = open_to_all(s, "without it the program listens on every interface");
  made.restorable = false;
  return made;
}

// "[ADDRESS:]HOST_PORT:PORT[/tcp]": where a container's port is published
// (https://docs.docker.com/reference/compose-file/services/#ports). Without an address on every
// interface, and past the rules of the machine's firewall
// (https://docs.docker.com/engine/network/packet-filtering-firewalls/).
std::optional<Concern> judge_published(const Subject& s) {
  constexpr std::array<std::string_view, 5> k_keys = {" ports ", " publish ", " p ",
                                                      " published ports ", " port bindings "};
  const bool publishes = std::find(k_keys.begin(), k_keys.end(), s.leaf) != k_keys.end();
  const bool removed_address = s.kind() == ChangeKind::removed && s.leaf == " host ip ";
  if ((!publishes || !s.modified()) && !removed_address) {
    return std::nullopt;
  }
  const auto ports_only = [](std::string_view value) {
    const std::vector<std::string_view> parts = split(value.substr(0, value.find('/')), ':');
    return parts.size() <= 2 && std::all_of(parts.begin(), parts.end(), is_port);
  };
  const std::string_view after = trim(s.new_value);
  const bool everywhere = removed_address || is_every_interface(after) || ports_only(after);
  if (!is_loopback(s.old_value) || !everywhere) {
    return std::nullopt;
  }
  Concern made = open_to_all(s, "published on every interface");
  made.effect = "Docker opens the port past the machine's firewall: everybody who reaches the "
                "machine reaches the service.";
  return made;
}

// https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types
std::optional<Concern> judge_service(const Subject& s) {
  if (!s.modified()) {
    return std::nullopt;
  }
  if (s.old_value == "internal" && s.new_value == "internet-facing") {
    return open_to_all(s, "reachable from the internet");
  }
  const bool balancer = s.new_value == "LoadBalancer";
  if (s.old_value != "ClusterIP" || (!balancer && s.new_value != "NodePort")) {
    return std::nullopt;
  }
  Concern made = open_to_all(s, "reachable from outside of the cluster");
  made.urgency = balancer ? 2.1 : 1.7;
  made.effect = balancer ? "The cloud gives it an address of its own, past the ingress and what "
                           "that checks."
                         : "Every node answers on its port, past the ingress and what that checks.";
  made.check = "Who has to reach it, and does anything in front of it ask who they are?";
  return made;
}

} // namespace

std::optional<Concern> judge_exposure(const Subject& s) {
  if (s.new_is_template) {
    return std::nullopt;
  }
  if (s.kind() == ChangeKind::removed) {
    for (const auto rule :
         {judge_published, judge_gate_removed, judge_listen_removed, judge_origin_removed}) {
      if (auto made = rule(s)) {
        return made;
      }
    }
    return std::nullopt;
  }
  for (const auto rule :
       {judge_wildcard, judge_wider_range, judge_published, judge_listen, judge_service}) {
    if (auto made = rule(s)) {
      return made;
    }
  }
  return std::nullopt;
}

} // namespace leadline
