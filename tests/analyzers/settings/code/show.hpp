#pragma once

#include "analyzers/settings/code/read_code.hpp"

#include <string>

// "line key = value" for each setting, one a line; "[context]" behind it when asked for.
inline std::string show(const std::vector<leadline::Setting>& settings, bool with_context = false) {
  std::string text;
  for (const leadline::Setting& setting : settings) {
    text += std::to_string(setting.first_line) + " " + setting.key.text() + " = " + setting.value;
    if (with_context && !setting.context.empty()) {
      text += " [" + setting.context + "]";
    }
    text += '\n';
  }
  return text;
}
