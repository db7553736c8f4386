#include "analyzers/risk/tls_versions.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("the oldest admitted version is found in every spelling", "[tls_versions]") {
  struct Row {
    std::string text;
    int oldest;
  };
  for (const Row& row : {
           Row{"SSLv2", 0},
           Row{"SSLv3", 1},
           Row{"ssl3", 1},
           Row{"TLSv1", 2},
           Row{"TLSv1.0", 2},
           Row{"tls10", 2},
           Row{"TLSv1.1", 3},
           Row{"TLS_1_1", 3},
           Row{"tls12", 4},
           Row{"TLSv1_2", 4},
           Row{"VersionTLS12", 4},
           Row{"tls.VersionTLS13", 5},
           Row{"TLS1-3", 5},
           Row{"TLSv1.2_2021", 4},
           Row{"TLSv1_2_method", 4},
           Row{"TLSv1.2 TLSv1.3", 4},
           Row{"TLSv1.3,TLSv1", 2},
           Row{"all -SSLv2 -SSLv3 -TLSv1 -TLSv1.1", 4},
           Row{"all", 0},
           Row{"!SSLv3:TLSv1.2", 4},
           Row{"no-tlsv10", -1},
           Row{"1.2", 4},
           Row{"1.10", -1},
           Row{"tls", -1},
           Row{"tlsv1.4", -1},
           Row{"TLS_AES_128_GCM_SHA256", -1},
           Row{"TLSv1.2.1", -1},
           Row{"", -1},
       }) {
    CAPTURE(row.text);
    CHECK(tls_versions(row.text, BareNumbers::yes).oldest() == row.oldest);
  }
  CHECK(tls_versions("1.2", BareNumbers::no).oldest() == -1);
}

TEST_CASE("versions are equal by what they admit", "[tls_versions]") {
  const auto same = [](std::string_view a, std::string_view b) {
    return tls_versions(a, BareNumbers::yes) == tls_versions(b, BareNumbers::yes);
  };
  CHECK(same("tls12", "1.2"));
  CHECK(same("TLSv1.2 TLSv1.3", "[TLSv1_3, TLSv1_2]"));
  CHECK_FALSE(same("TLSv1.2", "TLSv1.2 TLSv1.3"));
  CHECK_FALSE(same("TLSv1.2_2019", "TLSv1.2_2021"));
}
