// Files inside files: the text of a YAML block scalar.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr int k_deepest_embedding = 3;

// Keys whose text a shell runs: workflows, containers, cloud-init.
constexpr std::array<std::string_view, 18> k_script_keys = {
    "after_script", "args",       "bash",      "before_script", "cmd",       "command",
    "commands",     "entrypoint", "postStart", "preStart",      "preStop",   "raw",
    "run",          "script",     "scripts",   "shell",         "user_data", "userdata"};

} // namespace

bool read_block_text(const Reading& block, std::string_view key) {
  if (block.embedded > k_deepest_embedding) {
    return false;
  }
  const std::size_t before = block.tree.size();
  Reading inside = block;
  inside.path = key;
  // A key that is a file name says what the text is; else the text itself does.
  const bool file_name =
      key.find('.') != std::string_view::npos || key.find('/') != std::string_view::npos;
  if (file_name) {
    inside.kind = detect_kind(key, {});
  }
  const bool script =
      std::find(k_script_keys.begin(), k_script_keys.end(), key) != k_script_keys.end();
  if (inside.kind.format == Format::unknown) {
    inside.kind.format = script ? Format::shell : sniff_format(block.lines);
  }
  read_any(inside);
  if (script && block.tree.size() == before) {
    // Another language than the shell.
    inside.kind.format = Format::unknown;
    read_any(inside);
  }
  return block.tree.size() != before;
}

} // namespace leadline
