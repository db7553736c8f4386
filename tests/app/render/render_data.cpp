#include "tests/app/render/render_data.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace leadline {
namespace {

namespace fs = std::filesystem;

const fs::path k_data = fs::path(LEADLINE_SOURCE_DIR) / "tests" / "data" / "render";

} // namespace

std::string read_render_data(const std::string& name) {
  std::ifstream stream(k_data / name, std::ios::binary);
  if (!stream) {
    throw std::runtime_error("no tests/data/render/" + name);
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> render_cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(k_data)) {
    if (entry.is_directory()) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace leadline
