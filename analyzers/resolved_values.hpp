#pragma once

#include "analyzers/file_source.hpp"
#include "analyzers/settings/setting_changes.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// What a reference says that took the place of a literal.
struct ResolvedValue {
  std::string value; // "" where nothing says one
  std::string where; // "chart/values.yaml:12", or the file that says nothing
};

// Looks up the other end of a reference at the head: `{{ .Values.a.b }}` in the chart's
// values.yaml, `var.x` and `local.x` in the Terraform files of the folder, a constant's name in the
// same source file. What a person hands in at run time (another values file, `-var`) is not seen.
class ResolvedValues {
public:
  // Keeps a reference. Reads a bounded number of files, each once.
  explicit ResolvedValues(const FileSource& files) : m_files(files) {}

  // Of a modified setting of the file at `path` whose old value is a literal and whose new one is
  // one reference and nothing else; nullopt for any other change and where what is found may be
  // overridden beside it.
  std::optional<ResolvedValue> of(const std::string& path, const SettingChange& change);

private:
  using Stated = std::multimap<std::string, Setting>; // by key, as KeyPath::text

  const Stated& settings_of(const std::string& path);
  const std::vector<std::string>& beside(const std::string& path);
  std::optional<ResolvedValue> in_chart(const std::string& path, const std::string& name);
  std::optional<ResolvedValue> in_terraform(const std::string& path, const std::string& root,
                                            const std::string& name);
  std::optional<ResolvedValue> in_source(const std::string& path, const std::string& name,
                                         int line);

  const FileSource& m_files;
  std::map<std::string, Stated> m_read;
  std::map<std::string, std::vector<std::string>> m_beside; // by folder
};

} // namespace leadline
