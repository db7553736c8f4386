#include "analyzers/domains/line_pairs.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

struct Run {
  std::vector<DiffLine> lines;
  std::vector<const DiffLine*> removed;
  std::vector<const DiffLine*> added;

  Run(int old_lines, int new_lines) {
    lines.resize(static_cast<std::size_t>(old_lines + new_lines));
    for (int i = 0; i < old_lines + new_lines; ++i) {
      DiffLine& line = lines[static_cast<std::size_t>(i)];
      line.kind = i < old_lines ? LineKind::removed : LineKind::added;
      line.old_line = i < old_lines ? i + 1 : 0;
      line.new_line = i < old_lines ? 0 : i - old_lines + 1;
      (i < old_lines ? removed : added).push_back(&line);
    }
  }

  // As "old>new", with '-' for an absent side.
  std::string pairs(const std::vector<SettingLine>& settings) const {
    std::string text;
    for (const LinePair& pair : pair_lines(removed, added, LineSettings(settings))) {
      text += pair.removed != nullptr ? std::to_string(pair.removed->old_line) : "-";
      text += '>';
      text += pair.added != nullptr ? std::to_string(pair.added->new_line) : "-";
      text += ' ';
    }
    return text;
  }
};

} // namespace

TEST_CASE("equally many lines replace each other in order", "[line_pairs]") {
  CHECK(Run(2, 2).pairs({}) == "1>1 2>2 ");
  CHECK(Run(2, 1).pairs({}) == "1>- 2>- ->1 ");
  CHECK(Run(0, 2).pairs({}) == "->1 ->2 ");
}

TEST_CASE("a modified setting holds both its lines together", "[line_pairs]") {
  CHECK(Run(3, 2).pairs({{2, 2, 1, 1, nullptr, nullptr}}) == "1>- 2>1 3>2 ");
  // Two that crossed: one of them stays, and both sides stay in order.
  CHECK(Run(2, 2).pairs({{1, 1, 2, 2, nullptr, nullptr}, {2, 2, 1, 1, nullptr, nullptr}}) ==
        "1>- 2>1 ->2 ");
}
