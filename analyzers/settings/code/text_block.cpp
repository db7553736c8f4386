#include "analyzers/settings/code/text_block.hpp"

#include "analyzers/settings/code/config_text.hpp"
#include "analyzers/settings/code/read_code.hpp"
#include "base/text.hpp"

namespace leadline {
namespace {

bool is_shell_script(std::string_view text) {
  const std::string_view begin = trim(text);
  const std::string_view first = begin.substr(0, begin.find('\n'));
  return first.starts_with("#!") && first.ends_with("sh");
}

} // namespace

std::vector<Setting> read_text_block(std::string_view text, int first_line,
                                     const std::vector<std::string>& parent) {
  std::vector<Setting> settings;
  if (is_shell_script(text)) {
    settings = read_code(Format::shell, {}, text, {});
  }
  if (settings.empty()) {
    return read_config_text(text, first_line, parent);
  }
  for (Setting& setting : settings) {
    setting.first_line += first_line - 1;
    setting.last_line += first_line - 1;
    setting.key.segments.insert(setting.key.segments.begin(), parent.begin(), parent.end());
  }
  return settings;
}

} // namespace leadline
