#include "analyzers/risk/quantity.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace leadline;

namespace {

struct Row {
  const char* text;
  const char* default_unit;
  Dimension dimension;
  double value;
  bool unit_written;
};

constexpr double k_mib = 1024.0 * 1024.0;

} // namespace

TEST_CASE("a quantity is read in its canonical unit", "[quantity]") {
  using D = Dimension;
  const auto row = GENERATE(values<Row>({
      // numbers
      {"20", "connections", D::count, 20, false},
      {"20", "", D::count, 20, false},
      {" 1_000 ", "", D::count, 1000, false},
      {"0x10", "", D::count, 16, false},
      {"-1", "connections", D::count, -1, false},
      {"1e3", "", D::count, 1000, false},
      {"1.5", "", D::count, 1.5, false},
      {"0", "s", D::time, 0, false},
      {"10k", "connections", D::count, 10000, true},
      {"5L", "ms", D::time, 0.005, false},
      {"20u32", "", D::count, 20, false},
      {"60 * 60", "s", D::time, 3600, false},
      {"1 << 20", "B", D::bytes, k_mib, false},
      {"(2 + 3) * 4", "", D::count, 20, false},
      {"2 ** 10", "", D::count, 1024, false},
      {"100 / 4", "", D::count, 25, false},
      // times
      {"30", "s", D::time, 30, false},
      {"30", "ms", D::time, 0.03, false},
      {"30", "days", D::time, 30 * 86400.0, false},
      {"30s", "ms", D::time, 30, true},
      {"30 seconds", "", D::time, 30, true},
      {"300ms", "s", D::time, 0.3, true},
      {"1h30m", "s", D::time, 5400, true},
      {"1d12h", "", D::time, 129600, true},
      {"1min 30s", "", D::time, 90, true},
      {"10m", "s", D::time, 600, true},
      {"5min", "ms", D::time, 300, true},
      {"2w", "d", D::time, 1209600, true},
      {"PT30S", "", D::time, 30, true},
      {"P1DT2H", "", D::time, 93600, true},
      {"PT0.5S", "ms", D::time, 0.5, true},
      {"-PT5S", "s", D::time, -5, true},
      {"00:05:00", "s", D::time, 300, true},
      {"5 * time.Second", "", D::time, 5, true},
      {"5*time.Second", "ms", D::time, 5, true},
      {"time.Minute", "", D::time, 60, true},
      {"time.Duration(5) * time.Second", "", D::time, 5, true},
      {"1*time.Hour + 30*time.Minute", "", D::time, 5400, true},
      {"Duration.ofSeconds(5)", "", D::time, 5, true},
      {"Duration.ofMillis(250L)", "", D::time, 0.25, true},
      {"Duration::from_secs(5)", "", D::time, 5, true},
      {"TimeSpan.FromMinutes(2)", "", D::time, 120, true},
      {"timedelta(minutes=1, seconds=5)", "", D::time, 65, true},
      {"5.minutes", "", D::time, 300, true},
      {"5, TimeUnit.SECONDS", "ms", D::time, 5, true},
      // sizes
      {"512", "MB", D::bytes, 512 * k_mib, false},
      {"16", "8kB", D::bytes, 131072, false},
      {"128MB", "8kB", D::bytes, 128 * k_mib, true},
      {"10m", "B", D::bytes, 10 * k_mib, true},
      {"512m", "MB", D::bytes, 512 * k_mib, true},
      {"1Gi", "B", D::bytes, 1024 * k_mib, true},
      {"256Mi", "", D::bytes, 256 * k_mib, true},
      {"1M", "kubernetes-bytes", D::bytes, 1e6, true},
      {"1Mi", "kubernetes-bytes", D::bytes, k_mib, true},
      {"2g", "B", D::bytes, 2048 * k_mib, true},
      {"512.megabytes", "", D::bytes, 512 * k_mib, true},
      {"DataSize.ofMegabytes(5)", "", D::bytes, 5 * k_mib, true},
      {"8 * KB", "", D::bytes, 8192, true},
      {"64 kB", "", D::bytes, 65536, true},
      // the rest
      {"500m", "cores", D::cores, 0.5, true},
      {"2", "cores", D::cores, 2, false},
      {"0.25", "cores", D::cores, 0.25, false},
      {"80%", "", D::percent, 80, true},
      {"80", "%", D::percent, 80, false},
      {"0.8", "ratio", D::percent, 80, false},
      {"10r/s", "", D::rate, 10, true},
      {"60r/m", "", D::rate, 1, true},
      {"10MB/s", "", D::bytes_per_second, 10 * k_mib, true},
      {"100mbit", "", D::bytes_per_second, 12500000, true},
  }));
  CAPTURE(row.text, row.default_unit);
  const std::optional<Quantity> quantity = parse_quantity(row.text, row.default_unit);
  REQUIRE(quantity);
  CHECK(quantity->dimension == row.dimension);
  CHECK(quantity->value == Approx(row.value));
  CHECK(quantity->unit_written == row.unit_written);
}

TEST_CASE("versions, addresses, words and switches are no quantities", "[quantity]") {
  const auto text = GENERATE(
      values<const char*>({"",           " ",         "1.2.3",
                           "v1",         "16-alpine", "10.0.0.1",
                           "10.0.0.0/8", "db:5432",   "true",
                           "off",        "unlimited", "0644",
                           "1,2,3x",     "30s ago",   "5 apples",
                           "5 *",        "(5",        "* 5",
                           "1h 30",      "5s * 3s",   "1e999",
                           "time.Now()", "1 << 99",   "30s + 5",
                           "P",          "PT",        "0x",
                           "5 / 0",      "1_",        "((((((((((((((((((((5))))))))))))))))))))",
                           "2024-01-01", "1:2:3"}));
  CAPTURE(text);
  CHECK_FALSE(parse_quantity(text, ""));
}

TEST_CASE("switches are read in every spelling, and 0 and 1 are flagged", "[quantity]") {
  for (const char* on : {"on", "Yes", "TRUE", "enabled", "1"}) {
    CHECK(parse_switch(on) == true);
  }
  for (const char* off : {"off", "No", "False", "disabled", "0"}) {
    CHECK(parse_switch(off) == false);
  }
  CHECK_FALSE(parse_switch("2"));
  CHECK_FALSE(parse_switch(""));
  CHECK(is_ambiguous_switch("1"));
  CHECK(is_ambiguous_switch(" 0"));
  CHECK_FALSE(is_ambiguous_switch("on"));
}

TEST_CASE("a change tells direction, ratio, orders of magnitude and what happened to the unit",
          "[quantity]") {
  const auto change = [](const char* old_text, const char* new_text, const char* unit) {
    return describe_change(*parse_quantity(old_text, unit), *parse_quantity(new_text, unit));
  };
  const auto drop = change("200", "20", "connections");
  REQUIRE(drop);
  CHECK(drop->direction == Direction::down);
  CHECK(drop->ratio == Approx(0.1));
  CHECK(drop->orders == Approx(1));
  CHECK_FALSE(drop->unit_changed);

  const auto unit = change("30s", "30ms", "s");
  CHECK(unit->direction == Direction::down);
  CHECK(unit->orders == Approx(3));
  CHECK(unit->unit_changed);

  const auto dropped = change("30s", "30", "ms");
  CHECK(dropped->unit_dropped);
  CHECK(dropped->ratio == Approx(0.001));
  CHECK(change("30", "30s", "s")->unit_added);

  const auto same = change("1000ms", "1s", "s");
  CHECK(same->direction == Direction::same);
  CHECK(same->ratio == 1);
  CHECK(change("30s", "30 seconds", "s")->unit_changed == false);
  CHECK(change("300ms", "0.3s", "s")->direction == Direction::same);

  const auto from_zero = change("0", "5", "");
  CHECK(from_zero->direction == Direction::up);
  CHECK(std::isinf(from_zero->ratio));
  CHECK(std::isinf(change("5", "0", "")->orders));
  CHECK(change("-1", "100", "")->sign_changed);
  CHECK(change("100", "-1", "")->direction == Direction::down);

  CHECK_FALSE(change("30s", "30MB", ""));
}
