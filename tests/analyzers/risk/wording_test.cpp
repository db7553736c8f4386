#include "analyzers/risk/wording.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

QuantityChange change(const std::string& from, const std::string& to) {
  return *describe_change(*parse_quantity(from, ""), *parse_quantity(to, ""));
}

} // namespace

TEST_CASE("an amount reads as people say it", "[wording]") {
  struct Row {
    std::string from, to, amount, length, often;
  };
  for (const Row& row : {
           Row{"200", "20", "90 % less", "90 % shorter", "10 times as often"},
           Row{"1000", "1", "1000 times less", "1000 times shorter", "1000 times as often"},
           Row{"10", "15", "50 % more", "50 % longer", "1.5 times less often"},
           Row{"10", "20", "twice as much", "twice as long", "half as often"},
           Row{"10", "35", "3.5 times as much", "3.5 times as long", "3.5 times less often"},
           Row{"10", "0", "down to zero", "down to zero", "down to zero"},
           Row{"0", "10", "up from zero", "up from zero", "up from zero"},
           Row{"10", "9.95", "under 1 % less", "under 1 % shorter", "about as often"},
       }) {
    CAPTURE(row.from, row.to);
    CHECK(amount(change(row.from, row.to)) == row.amount);
    CHECK(length_of_time(change(row.from, row.to)) == row.length);
    CHECK(how_often(change(row.from, row.to)) == row.often);
  }
  CHECK(amount(change("-1", "10")).find("no limit") != std::string::npos);
}

TEST_CASE("an amount has its noun where there is one", "[wording]") {
  const QuantityChange less = change("200", "20");
  CHECK(amount_of(less, "client connections that PgBouncer accepts") ==
        "90 % fewer client connections that PgBouncer accepts");
  CHECK(amount_of(change("1", "2"), "threads") == "twice as many threads");
  CHECK(amount_of(change("1", "2"), "memory a container may use") ==
        "twice as much memory a container may use");
  CHECK(amount_of(less, "how long a client may be silent") ==
        "90 % less: how long a client may be silent");
  CHECK(amount_of(less, "size of a scratch volume") == "90 % lower: size of a scratch volume");
  CHECK(amount_of(change("10", "2"), "most copies that the autoscaler makes") ==
        "80 % lower: most copies that the autoscaler makes");
  CHECK(amount_of(change("1", "2"), "largest heap") == "twice as high: largest heap");
  CHECK(amount_of(change("2", "4"), "failed checks before a server is taken out") ==
        "twice as many failed checks before a server is taken out");
  CHECK(amount_of(less, "failed runs kept") == "90 % fewer failed runs kept");
  CHECK(amount_of(less, "room under the limit") == "90 % less room under the limit");
  CHECK(amount_of(change("5", "-1"), "threads") == "now negative, often \"no limit\": threads");
  CHECK(amount_of(change("5", "0"), "threads") == "down to zero: threads");
}

TEST_CASE("a title shows one line of a value", "[wording]") {
  CHECK(shown_value("") == "(blank)");
  CHECK(shown_value("one\ntwo") == "one...");
  CHECK(shown_value(std::string(100, 'a')) == std::string(57, 'a') + "...");
}
