#include "app/version.hpp"

#include <cstdio>
#include <string>

int main() {
  std::printf("leadline %s\n", std::string(leadline::version()).c_str());
  return 2;
}
