#include "app/config/repository_config.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

// Whatever a leadline.yml holds: a configuration, or an Error that lists its mistakes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  try {
    parse_repository_config({reinterpret_cast<const char*>(data), size}, "leadline.yml", {});
  } catch (const Error&) {
  }
  return 0;
}
