#include "app/jobs/organisation_defaults.hpp"

#include "app/github/client.hpp"
#include "app/github/clock.hpp"
#include "app/github/publication_log.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"

namespace leadline {
namespace {

constexpr std::chrono::minutes k_fresh{1};
constexpr const char* k_repository = ".github";

LoadedConfig load(GitHubClient& client, const std::string& name) {
  LoadedConfig loaded;
  loaded.digest = "none";
  try {
    if (const auto yaml = client.file_of(k_repository, k_repository_config_path); yaml) {
      loaded.digest = sha256_hex(*yaml);
      loaded.config = parse_repository_config(*yaml, name);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_input) {
      throw;
    }
    loaded.mistakes = error.what();
  }
  return loaded;
}

} // namespace

LoadedConfig OrganisationDefaults::of(GitHubClient& client) {
  const std::string owner = client.repository().substr(0, client.repository().find('/'));
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
  LoadedConfig loaded = load(client, repository + "/" + k_repository_config_path);
  const std::lock_guard lock(m_mutex);
  m_entries[key] = {loaded, m_clock.now(), changed_by};
  return loaded;
}

bool OrganisationDefaults::are_new(GitHubClient& client) {
  const std::string last = m_log.load(client.repository(), 0).value_or(Publication()).defaults;
  return last.empty() || last != load(client, client.repository()).digest;
}

void OrganisationDefaults::swept(GitHubClient& client) {
  const std::string digest = load(client, client.repository()).digest;
  m_log.change(client.repository(), 0, [&](Publication& facts) { facts.defaults = digest; });
}

void OrganisationDefaults::changed(const std::string& owner, const std::string& request) {
  m_log.change(owner + "/" + k_repository, 0,
               [&](Publication& facts) { facts.defaults_changed_by = request; });
}

} // namespace leadline
