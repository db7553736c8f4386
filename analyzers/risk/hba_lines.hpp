#pragma once

#include "analyzers/risk/subject.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

namespace leadline {

// One record of PostgreSQL's host based authentication
// (https://www.postgresql.org/docs/current/auth-pg-hba-conf.html).
struct HbaLine {
  std::string type; // local, host, hostssl, hostnossl, hostgssenc, hostnogssenc
  std::string database;
  std::string user;
  std::string address; // with its mask; "" of local
  std::string method;
};

// The record that a setting states: a line of pg_hba.conf, or an item of a list called pg_hba as
// Patroni and operators write it. nullopt when it is none, or not a whole one.
std::optional<HbaLine> hba_line(const std::string& path, const Setting& setting);

// Records among the changes of one file that let in more than before: a weaker method, an address
// that is everybody's, no TLS demanded any more. A record whose address changed is held against the
// one of its database and user that went. Pure.
std::unordered_map<const SettingChange*, Concern>
opened_hba_lines(const FileContext& file, std::span<const SettingChange> changes,
                 const std::function<bool(const SettingChange&)>& moved);

} // namespace leadline
