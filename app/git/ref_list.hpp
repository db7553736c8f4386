#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace leadline::git {

// What git-upload-pack says of its refs: packets with their length before them, to a flush
// (https://git-scm.com/docs/gitprotocol-common, gitprotocol-v2). Both throw Error(unavailable) for
// what is none, or is cut short: a shorter list would be a wrong one.

// Adds the names below `prefix` that stand at `commit`, in the order of the list.
void read_ref_list(std::FILE* answer, const std::string& prefix, const std::string& commit,
                   std::vector<std::string>& names);

// What it says first: true, it speaks version 2 of the protocol and is to be asked for its refs.
// False: it has told all of them at once, and those are added.
bool read_first_answer(std::FILE* answer, const std::string& prefix, const std::string& commit,
                       std::vector<std::string>& names);

} // namespace leadline::git
