// Files inside files: the text of a YAML block scalar.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

namespace leadline {
namespace {

constexpr int k_deepest_embedding = 3;

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
  if (inside.kind.format == Format::unknown) {
    inside.kind.format = sniff_format(block.lines);
  }
  read_any(inside);
  return block.tree.size() != before;
}

} // namespace leadline
