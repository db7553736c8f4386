#include "analyzers/risk/neighbours.hpp"

#include "analyzers/settings/extract.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_most_changed = 32;
constexpr std::size_t k_most_in_folder = 16;
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

bool is_near(std::string_view a, std::string_view b) {
  return a == b || (!a.empty() && parent_of(a) == b) || (!b.empty() && parent_of(b) == a);
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

std::vector<std::string> Neighbours::candidates(const std::string& path) const {
  const std::string folder(folder_of(path));
  std::vector<std::string> names;
  for (std::string& name : m_source.siblings(Side::head, path)) {
    const FileKind kind = detect_kind(name, "");
    if (m_changed.count(folder + name) == 0 && kind.format != Format::unknown &&
        kind.format != Format::prose &&
        (role_of_path(name) == FileRole::config ||
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

const std::vector<Neighbours::File>& Neighbours::unchanged(const std::string& path) {
  const std::string folder(folder_of(path));
  const auto [at, fresh] = m_folders.try_emplace(folder);
  if (!fresh) {
    return at->second;
  }
  for (const std::string& name : candidates(path)) {
    if (m_read >= k_most_files || m_bytes >= k_most_bytes) {
      break;
    }
    ++m_read;
    const std::optional<std::string> text = m_source.read(Side::head, folder + name);
    if (!text || text->size() > k_largest_file) {
      continue;
    }
    m_bytes += text->size();
    at->second.push_back(
        {folder + name, extract_settings(detect_kind(name, *text), folder + name, *text, {})});
  }
  return at->second;
}

} // namespace leadline
