#pragma once

#include "app/jobs/job.hpp"
#include "app/log.hpp"

#include <exception>
#include <string>

namespace leadline {

// What every line of the log about `job` carries.
LogKeys keys_of(const Job& job);

// "message: cause: cause" of an exception with what it is nested in.
std::string chain_of(const std::exception& e);

} // namespace leadline
