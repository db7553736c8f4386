#include "app/jobs/organisation_defaults.hpp"

#include "app/github/client.hpp"
#include "app/github/clock.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace leadline {
namespace {

constexpr std::chrono::minutes k_fresh{1};
constexpr const char* k_repository = ".github";
constexpr const char* k_none = "none"; // in the place of a digest

std::string owner_of(const GitHubClient& client) {
  return client.repository().substr(0, client.repository().find('/'));
}

} // namespace

LoadedConfig OrganisationDefaults::load(GitHubClient& client) {
  const std::string owner = owner_of(client);
  const std::string name = owner + "/" + k_repository + "/" + k_repository_config_path;
  LoadedConfig loaded;
  try {
    const std::optional<std::string> yaml = client.file_of(k_repository, k_repository_config_path);
    if (!yaml) {
      return unless_lost(owner, name);
    }
    const bool none = trim(*yaml).empty(); // no file, or nothing in it
    loaded.digest = none ? k_none : sha256_hex(*yaml);
    remember(owner, none ? "" : loaded.digest);
    loaded.config = parse_repository_config(*yaml, name);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_input) {
      throw;
    }
    loaded.mistakes = error.what();
  }
  return loaded;
}

LoadedConfig OrganisationDefaults::unless_lost(const std::string& owner, const std::string& name) {
  LoadedConfig loaded;
  const std::string seen = m_log.load(owner, 0).value_or(Publication()).defaults;
  loaded.digest = seen.empty() ? k_none : k_defaults_lost;
  if (!seen.empty()) {
    loaded.mistakes = name + ": it was there when it was read last, on " +
                      seen.substr(0, seen.find(' ')) +
                      "; now GitHub says that there is no such repository, or none that the App "
                      "may see (NOT_FOUND)";
  }
  return loaded;
}

// Under the owner's name alone: what is kept of a repository is forgotten when the App loses it.
// The day and the digest; a row that nobody writes is dropped after a while.
void OrganisationDefaults::remember(const std::string& owner, const std::string& digest) {
  const std::string seen =
      digest.empty() ? "" : iso_time(m_clock.now()).substr(0, 10) + " " + digest;
  if (m_log.load(owner, 0).value_or(Publication()).defaults != seen) {
    m_log.change(owner, 0, [&](Publication& facts) { facts.defaults = seen; });
  }
}

LoadedConfig OrganisationDefaults::of(GitHubClient& client) {
  const std::string owner = owner_of(client);
  const std::string repository = owner + "/" + k_repository;
  if (client.repository() == repository) {
    return {}; // its own configuration is that file
  }
  const std::string changed_by =
      m_log.load(repository, 0).value_or(Publication()).defaults_changed_by;
  const std::string key = std::to_string(client.installation_id()) + " " + owner;
  {
    const std::lock_guard lock(m_mutex);
    const auto found = m_entries.find(key);
    if (found != m_entries.end() && m_clock.now() - found->second.read < k_fresh &&
        found->second.changed_by == changed_by) {
      return found->second.config;
    }
  }
  LoadedConfig loaded = load(client);
  const std::lock_guard lock(m_mutex);
  m_entries[key] = {loaded, m_clock.now(), changed_by};
  return loaded;
}

bool OrganisationDefaults::are_new(GitHubClient& client) {
  const std::string last = m_log.load(client.repository(), 0).value_or(Publication()).defaults;
  return last.empty() || last != load(client).digest;
}

void OrganisationDefaults::swept(GitHubClient& client) {
  const std::string digest = load(client).digest;
  m_log.change(client.repository(), 0, [&](Publication& facts) { facts.defaults = digest; });
}

void OrganisationDefaults::changed(const std::string& owner, const std::string& request) {
  m_log.change(owner + "/" + k_repository, 0,
               [&](Publication& facts) { facts.defaults_changed_by = request; });
}

} // namespace leadline
