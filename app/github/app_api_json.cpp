#include "app/github/app_api_json.hpp"

#include "base/error.hpp"

#include <nlohmann/json.hpp>

#include <ctime>

namespace leadline {
namespace {

using nlohmann::json;

// What `read` makes of the answer; what nlohmann says of a wrong one names the field.
template <typename Read>
auto understand(std::string_view body, Read read) {
  try {
    return read(json::parse(body));
  } catch (const json::exception& e) {
    throw Error(ErrorKind::unavailable, std::string("the answer is not GitHub's: ") + e.what());
  }
}

std::string text_or_empty(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// nlohmann casts a number with a fraction or an exponent, of whatever size.
template <typename T>
T whole_number(const json& object, const char* key) {
  const json& number = object.at(key);
  if (!number.is_number_integer()) {
    throw Error(ErrorKind::unavailable,
                std::string("the answer is not GitHub's: ") + key + " is no whole number");
  }
  return number.get<T>();
}

bool is_set(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && *found != false && !found->is_null();
}

std::string account_of(const json& installation) {
  const auto account = installation.find("account");
  if (account == installation.end() || !account->is_object()) {
    return {};
  }
  const std::string login = text_or_empty(*account, "login");
  return login.empty() ? text_or_empty(*account, "slug") : login;
}

// Who sweeps reads none of them: what is no text counts as not granted.
std::map<std::string, std::string> granted_to(const json& installation) {
  std::map<std::string, std::string> granted;
  const auto permissions = installation.find("permissions");
  if (permissions != installation.end() && permissions->is_object()) {
    for (const auto& [name, level] : permissions->items()) {
      granted.emplace(name, level.is_string() ? level.get<std::string>() : std::string());
    }
  }
  return granted;
}

// "0", or nothing: its default. GitHub's description has it as a text or a number.
bool is_verified(const json& hook) {
  const auto insecure = hook.find("insecure_ssl");
  return insecure == hook.end() || insecure->is_null() || *insecure == "0" || *insecure == 0;
}

std::chrono::system_clock::time_point time_in(const std::string& text, const char* format) {
  // What the system's clock, which counts nanoseconds, can tell: from 1970 to 2255.
  constexpr std::time_t k_last = 9'000'000'000;
  std::tm parts{};
  const bool read = ::strptime(text.c_str(), format, &parts) != nullptr;
  const std::time_t seconds = read ? ::timegm(&parts) : -1;
  if (seconds < 0 || seconds > k_last) {
    throw Error(ErrorKind::unavailable,
                "the answer is not GitHub's: \"" + text.substr(0, 40) + "\" is not a time");
  }
  return std::chrono::system_clock::from_time_t(seconds);
}

} // namespace

std::chrono::system_clock::time_point parse_iso_time(const std::string& text) {
  return time_in(text, "%Y-%m-%dT%H:%M:%S");
}

std::chrono::system_clock::time_point parse_http_date(const std::string& text) {
  return time_in(text, "%a, %d %b %Y %H:%M:%S GMT");
}

std::vector<HookAttempt> parse_hook_attempts(std::string_view body) {
  return understand(body, [](const json& root) {
    std::vector<HookAttempt> attempts;
    for (const json& row : root) {
      HookAttempt attempt;
      attempt.id = whole_number<std::int64_t>(row, "id");
      attempt.guid = row.at("guid").get<std::string>();
      attempt.at = parse_iso_time(row.at("delivered_at").get<std::string>());
      attempt.status = whole_number<int>(row, "status_code");
      attempt.again = row.value("redelivery", false);
      attempt.event = row.at("event").get<std::string>();
      if (const std::string action = text_or_empty(row, "action"); !action.empty()) {
        attempt.event += "." + action;
      }
      attempts.push_back(std::move(attempt));
    }
    return attempts;
  });
}

std::vector<Installation> parse_installations(std::string_view body) {
  return understand(body, [](const json& root) {
    std::vector<Installation> found;
    for (const json& row : root) {
      if (!is_set(row, "suspended_at")) {
        found.push_back({whole_number<std::int64_t>(row, "id"), account_of(row), granted_to(row)});
      }
    }
    return found;
  });
}

std::vector<std::string> parse_repositories(std::string_view body) {
  return understand(body, [](const json& root) {
    std::vector<std::string> names;
    for (const json& row : root.at("repositories")) {
      if (!is_set(row, "archived") && !is_set(row, "disabled")) {
        names.push_back(row.at("full_name").get<std::string>());
      }
    }
    return names;
  });
}

AppProfile parse_app_profile(std::string_view body) {
  return understand(body, [](const json& root) {
    AppProfile profile;
    profile.slug = text_or_empty(root, "slug");
    profile.permissions = root.at("permissions").get<std::map<std::string, std::string>>();
    profile.events = root.at("events").get<std::vector<std::string>>();
    return profile;
  });
}

HookConfig parse_hook_config(std::string_view body) {
  return understand(body, [](const json& root) {
    return HookConfig{text_or_empty(root, "url"), is_verified(root)};
  });
}

} // namespace leadline
