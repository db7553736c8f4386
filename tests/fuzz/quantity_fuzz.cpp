#include "analyzers/risk/quantity.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Whatever the text, a finite value or none; and a quantity does not differ from itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline;
  for (const char* unit : {"", "ms", "B", "kubernetes-bytes", "cores", "%", "connections"}) {
    const auto quantity = parse_quantity({reinterpret_cast<const char*>(data), size}, unit);
    if (quantity && (!std::isfinite(quantity->value) ||
                     describe_change(*quantity, *quantity)->direction != Direction::same)) {
      std::abort();
    }
  }
  return 0;
}
