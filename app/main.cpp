#include "app/cli/run.hpp"

int main(int argc, char** argv) { return leadline::run(argc, argv); }
