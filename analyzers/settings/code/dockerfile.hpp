#pragma once

#include "analyzers/settings/setting.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// The settings of a Dockerfile (https://docs.docker.com/reference/dockerfile/), by first line:
// FROM, ENV, ARG, LABEL, EXPOSE, USER, STOPSIGNAL, WORKDIR, HEALTHCHECK's options; CMD and
// ENTRYPOINT as one value each; what the commands of RUN set by flags. The context of all is the
// image of their stage.
std::vector<Setting> read_dockerfile(std::string_view text);

} // namespace leadline
