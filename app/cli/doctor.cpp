#include "app/cli/doctor.hpp"

#include "app/cli/streams.hpp"
#include "app/config/server_config.hpp"
#include "app/github/app_api.hpp"
#include "app/github/app_needs.hpp"
#include "app/github/clock.hpp"
#include "app/render/neutralize.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace leadline {
namespace {

using namespace std::chrono_literals;

constexpr const char* k_footer =
    R"(Looks at everything that the server needs, with the server's environment (leadline serve --help):
the configuration and the key's file, the database, GitHub's address and certificate, the clocks, the
App's registration (permissions, events, webhook), what the owners of its installations have
accepted of that, and how GitHub's last deliveries ended.

  leadline doctor
  leadline doctor --round-trip     has GitHub deliver its last webhook once more and waits for it;
                                   the server must be running

Exit codes:
  0  all is well      1  something is not      2  the configuration has mistakes)";

constexpr std::chrono::seconds k_tolerated_drift{30}; // a JWT is dated 60 s back
constexpr int k_round_trip_looks = 30;
constexpr std::size_t k_named_installations = 10;

struct Options {
  bool round_trip = false;
};

// The server makes what is missing of the folder of its database; leaves none behind.
void require_possible(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> missing;
  for (auto part = folder; !part.empty() && !std::filesystem::exists(part);
       part = part.parent_path()) {
    missing.push_back(part);
  }
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  std::string problem = failed.message();
  if (!failed && ::access(folder.c_str(), W_OK | X_OK) != 0) {
    failed = std::error_code(errno, std::generic_category());
    problem = failed.message();
  }
  for (const std::filesystem::path& part : missing) {
    std::error_code kept;
    std::filesystem::remove(part, kept); // from the innermost on, and only what is empty
  }
  if (failed) {
    throw Error(ErrorKind::bad_input,
                "none yet, and it cannot be made at " + folder.string() + ": " + problem);
  }
}

class Doctor {
public:
  explicit Doctor(const ServerConfig& config)
      : m_config(config), m_clock(Clock::system()),
        m_http(make_http_transport(config.urls, TransportOptions::from_environment())),
        m_jwt(AppJwt::create(config.app_id, config.private_key)),
        m_tokens(*m_http, *m_jwt, m_clock), m_api(*m_http, *m_jwt, m_tokens, m_clock, config.urls) {
    say("configuration", "no mistake; the key is readable by its owner only");
  }

  int examine(const Options& options) {
    check("database", [&] { return database(); });
    check("GitHub", [&] { return reachability(); });
    check("registration", [&] { return registration(); });
    check("webhook", [&] { return webhook(); });
    check("installations", [&] { return installations(); });
    check("deliveries", [&] { return deliveries(); });
    if (options.round_trip) {
      check("round trip", [&] { return round_trip(); });
    }
    return m_well ? k_exit_pass : k_exit_findings;
  }

private:
  void say(const char* what, const std::string& text) {
    write_output("", fmt::format("ok     {:<14} {}\n", what, visible(text)));
  }

  // What `examine` throws is what is wrong.
  void check(const char* what, const std::function<std::string()>& examine) {
    try {
      say(what, examine());
    } catch (const Error& e) {
      m_well = false;
      write_output("", fmt::format("WRONG  {:<14} {}\n", what, visible(e.what())));
    }
  }

  static Error wrong(const std::string& what) { return Error(ErrorKind::bad_input, what); }

  std::string database() const {
    StoreOptions options = m_config.store_options;
    if (!store_exists(m_config.database_url, options)) {
      constexpr std::string_view k_sqlite = "sqlite:";
      if (m_config.database_url.starts_with(k_sqlite)) {
        require_possible(
            std::filesystem::absolute(m_config.database_url.substr(k_sqlite.size())).parent_path());
      }
      return "none yet: the server's first start makes it";
    }
    options.schema = StoreOptions::Schema::as_it_is;
    const auto store = open_store(m_config.database_url, options);
    if (const std::string damage = store->find_damage(); !damage.empty()) {
      throw wrong("it is damaged: " + damage);
    }
    store->check_writable();
    const QueueStats queue =
        store->queue_stats(std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now()));
    if (queue.dead > 0) {
      throw wrong(fmt::format("writable, but {} jobs are dead: leadline jobs list", queue.dead));
    }
    return fmt::format("writable; {} jobs wait, {} run, none is dead", queue.waiting,
                       queue.running);
  }

  std::string reachability() {
    const std::chrono::seconds drift = m_api.clock_drift();
    if (std::chrono::abs(drift) > k_tolerated_drift) {
      throw wrong(fmt::format(
          "{} answers, but its clock is {} s {} of ours: GitHub refuses what is "
          "signed at a wrong time",
          m_config.urls.rest, std::chrono::abs(drift).count(), drift > 0s ? "ahead" : "behind"));
    }
    return fmt::format("{} answers; the clocks agree", m_config.urls.rest);
  }

  std::string registration() {
    const AppProfile profile = m_api.profile();
    const std::vector<std::string> problems = registration_problems(profile);
    if (!problems.empty()) {
      throw wrong(fmt::format("{}", fmt::join(problems, "; ")));
    }
    return fmt::format("the App \"{}\" has the permissions and events that are needed",
                       profile.slug);
  }

  std::string webhook() {
    const HookConfig hook = m_api.hook_config();
    const std::vector<std::string> problems = hook_problems(hook, m_config.webhook_path);
    if (!problems.empty()) {
      throw wrong(fmt::format("{}", fmt::join(problems, "; ")));
    }
    return fmt::format("GitHub delivers to {}", hook.url);
  }

  // A permission that the App asks for anew is not there until each owner has accepted it.
  std::string installations() {
    std::size_t all = 0;
    std::size_t lacking = 0;
    std::string named;
    m_api.installations([&](const Installation& installation) {
      ++all;
      if (const std::string problem = installation_problem(installation); !problem.empty()) {
        named += ++lacking <= k_named_installations ? "; " + problem : "";
      }
    });
    if (lacking > 0) {
      throw wrong(fmt::format("{} of {} lack permissions{}{}", lacking, all, named,
                              lacking > k_named_installations ? "; and others" : ""));
    }
    return fmt::format("{}, with the permissions that are needed", all);
  }

  std::string deliveries() {
    std::size_t all = 0;
    std::size_t failed = 0;
    std::optional<HookAttempt> last_failed;
    m_api.hook_attempts(m_clock.now() - 24h, [&](const HookAttempt& attempt) {
      ++all;
      if (attempt.status < 200 || attempt.status >= 300) {
        ++failed;
        last_failed = last_failed ? last_failed : attempt;
      }
      m_newest = m_newest ? m_newest : attempt;
    });
    // What failed is asked for again; only when the newest did is something wrong now.
    if (m_newest && last_failed && m_newest->id == last_failed->id) {
      throw wrong(fmt::format("{} of {} of the last day failed, the newest ({}) with {}", failed,
                              all, last_failed->event,
                              last_failed->status == 0 ? "no answer"
                                                       : std::to_string(last_failed->status)));
    }
    return fmt::format("{} in the last day, {} of them failed", all, failed);
  }

  std::string round_trip() {
    if (!m_newest) {
      throw wrong("GitHub has delivered nothing in the last day that it could deliver again");
    }
    const auto asked = m_clock.now();
    m_api.redeliver(m_newest->id);
    for (int look = 0; look < k_round_trip_looks; ++look) {
      m_clock.sleep_for(1s);
      std::optional<int> status;
      m_api.hook_attempts(m_newest->at, [&](const HookAttempt& attempt) {
        if (!status && attempt.guid == m_newest->guid && attempt.id != m_newest->id &&
            attempt.at >= asked - k_tolerated_drift) {
          status = attempt.status;
        }
      });
      if (status && *status >= 200 && *status < 300) {
        return fmt::format("GitHub delivered again, the answer was {}", *status);
      }
      if (status) {
        throw wrong(fmt::format("GitHub delivered again, the answer was {}", *status));
      }
    }
    throw wrong("GitHub was asked to deliver again, and nothing came in 30 s");
  }

  const ServerConfig& m_config;
  Clock& m_clock;
  const std::unique_ptr<HttpTransport> m_http;
  const std::unique_ptr<AppJwt> m_jwt;
  InstallationTokens m_tokens;
  AppApi m_api;
  std::optional<HookAttempt> m_newest;
  bool m_well = true;
};

} // namespace

void add_doctor(CLI::App& program, Action& chosen) {
  const auto options = std::make_shared<Options>();
  CLI::App* const command =
      program.add_subcommand("doctor", "Find out why the server does not work, or that it does");
  command->add_flag("--round-trip", options->round_trip,
                    "Have GitHub deliver its last webhook once more");
  command->footer(k_footer);
  command->callback([&chosen, options] {
    chosen = [options] {
      std::signal(SIGPIPE, SIG_IGN); // as the server does, for what hangs up
      const ServerConfig config = read_server_config(process_environment());
      return Doctor(config).examine(*options);
    };
  });
}

} // namespace leadline
