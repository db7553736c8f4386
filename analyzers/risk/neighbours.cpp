#include "analyzers/risk/neighbours.hpp"

#include "analyzers/settings/extract.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_most_changed = 32;
constexpr std::size_t k_most_in_folder = 16;
constexpr std::size_t k_most_folders = 6; // beside
constexpr std::size_t k_most_files = 64;
constexpr std::size_t k_largest_file = 128UL * 1024;
constexpr std::size_t k_most_bytes = 2UL * 1024 * 1024;

// With its slash; "" at the root.
std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1);
}

std::string_view parent_of(std::string_view folder) {
  return folder.empty() ? folder : folder_of(folder.substr(0, folder.size() - 1));
}

// "db" of "deploy/db/"
std::string_view name_of(std::string_view folder) {
  folder = folder.substr(0, folder.empty() ? 0 : folder.size() - 1);
  return folder.substr(folder.rfind('/') + 1); // npos + 1 is 0
}

// Folders that hold a part of a service, not a service: what a proxy, a database or the machines
// are told stands there, for the programs beside.
bool is_layer(std::string_view name) {
  constexpr std::array<std::string_view, 34> k_layers = {
      "alb",        "balancer",  "chart",      "charts",     "compose", "conf",
      "config",     "configs",   "database",   "databases",  "db",      "deploy",
      "deployment", "docker",    "haproxy",    "helm",       "infra",   "infrastructure",
      "ingress",    "k8s",       "kubernetes", "lb",         "mysql",   "nginx",
      "ops",        "pgbouncer", "postgres",   "postgresql", "proxy",   "rds",
      "redis",      "terraform", "tf",         "values"};
  static_assert(std::is_sorted(k_layers.begin(), k_layers.end()));
  return std::binary_search(k_layers.begin(), k_layers.end(), name);
}

bool holds_program(std::string_view name) {
  constexpr std::array<std::string_view, 8> k_names = {"api",    "app", "backend", "cmd",
                                                       "server", "src", "web",     "service"};
  return std::find(k_names.begin(), k_names.end(), name) != k_names.end();
}

// Both below one folder, and one of them a layer; at the root of a repository the other must be the
// program or a layer, too: the rest may be any service.
bool are_layers(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || a == b || parent_of(a) != parent_of(b) ||
      (!is_layer(name_of(a)) && !is_layer(name_of(b)))) {
    return false;
  }
  const auto known = [](std::string_view folder) {
    return is_layer(name_of(folder)) || holds_program(name_of(folder));
  };
  return !parent_of(a).empty() || (known(a) && known(b));
}

bool is_near(std::string_view a, std::string_view b) {
  return a == b || (!a.empty() && parent_of(a) == b) || (!b.empty() && parent_of(b) == a) ||
         are_layers(a, b);
}

// A program whose server may say how long it keeps a connection.
bool may_be_server(std::string_view name) {
  constexpr std::array<std::string_view, 9> k_names = {"app.js",   "app.ts",    "index.js",
                                                       "index.ts", "main.go",   "main.js",
                                                       "main.ts",  "server.js", "server.ts"};
  return std::find(k_names.begin(), k_names.end(), name) != k_names.end();
}

bool speaks_of_idle(std::string_view text) {
  return text.find("keepAlive") != std::string_view::npos ||
         text.find("IdleTimeout") != std::string_view::npos;
}

} // namespace

Neighbours::Neighbours(std::span<const RelationFile> files, const FileSource& source,
                       const Catalog& catalog)
    : m_files(files), m_source(source), m_catalog(catalog) {
  for (const RelationFile& file : files) {
    m_changed.insert(file.context->path);
  }
}

std::vector<const RelationFile*> Neighbours::changed(const RelationFile& of) const {
  std::vector<const RelationFile*> found;
  for (const RelationFile& file : m_files) {
    if (&file != &of && is_near(folder_of(file.context->path), folder_of(of.context->path))) {
      found.push_back(&file);
      if (found.size() > k_most_changed) {
        return {};
      }
    }
  }
  return found;
}

std::vector<std::string> Neighbours::candidates(const std::string& folder) const {
  std::vector<std::string> names;
  // Of a file that is not there: all of the folder.
  for (std::string& name : m_source.siblings(Side::head, folder + ".")) {
    const FileKind kind = detect_kind(name, "");
    if (m_changed.count(folder + name) == 0 && kind.format != Format::unknown &&
        kind.format != Format::prose &&
        (role_of_path(name) == FileRole::config || may_be_server(name) ||
         m_catalog.system_of_path(folder + name) != nullptr)) { // gunicorn.conf.py
      names.push_back(std::move(name));
    }
  }
  std::stable_partition(names.begin(), names.end(), [&](const std::string& name) {
    return m_catalog.system_of_path(folder + name) != nullptr;
  });
  names.resize(std::min(names.size(), k_most_in_folder));
  return names;
}

const std::vector<Neighbours::File>& Neighbours::in_folder(const std::string& folder) {
  const auto [at, fresh] = m_folders.try_emplace(folder);
  if (!fresh) {
    return at->second;
  }
  for (const std::string& name : candidates(folder)) {
    if (m_read >= k_most_files || m_bytes >= k_most_bytes) {
      break;
    }
    ++m_read;
    const std::optional<std::string> text = m_source.read(Side::head, folder + name);
    if (!text || text->size() > k_largest_file || (may_be_server(name) && !speaks_of_idle(*text))) {
      continue;
    }
    m_bytes += text->size();
    at->second.push_back(
        {folder + name, extract_settings(detect_kind(name, *text), folder + name, *text, {})});
  }
  return at->second;
}

const std::vector<Neighbours::File>& Neighbours::unchanged(const std::string& path) {
  return in_folder(std::string(folder_of(path)));
}

std::vector<const Neighbours::File*> Neighbours::around(const std::string& path) {
  std::vector<const File*> found;
  for (const File& file : unchanged(path)) {
    found.push_back(&file);
  }
  const std::string folder(folder_of(path));
  const std::string parent(parent_of(folder));
  std::size_t folders = 0;
  for (const std::string& name : m_source.folders_beside(Side::head, path)) {
    const std::string beside = parent + name + "/";
    if (!are_layers(folder, beside) || ++folders > k_most_folders) {
      continue;
    }
    for (const File& file : in_folder(beside)) {
      if (m_catalog.system_of_path(file.path) != nullptr ||
          may_be_server(file.path.substr(beside.size()))) {
        found.push_back(&file);
      }
    }
  }
  return found;
}

} // namespace leadline
