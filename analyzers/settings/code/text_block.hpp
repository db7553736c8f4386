#pragma once

#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The settings inside a heredoc or text block of HCL or Jsonnet: those of a shell's script where it
// begins with "#!" (user_data = <<-EOF #!/bin/bash ...), else those of a configuration.
// `first_line` (from 1) is the line of the text's first byte; keys are below `parent`.
std::vector<Setting> read_text_block(std::string_view text, int first_line,
                                     const std::vector<std::string>& parent);

} // namespace leadline
