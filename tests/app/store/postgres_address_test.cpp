#include "app/store/postgres_address.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace leadline;

namespace {

std::string refusal(const std::string& url, bool unverified = false) {
  try {
    check_postgres_address(url, unverified);
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return "";
}

} // namespace

TEST_CASE("no word of a malformed address of PostgreSQL is told", "[store]") {
  for (const char* url : {
           "postgresql://me:hunter2%zz@h/x",
           "postgresql://me:hunter2%@h/x",
           "postgresql://me:hunter2%00@h/x",
           "postgresql://me:hunter2/more@h/x",
           "postgresql://me:12/hunter2@h/x",
           "postgresql://me@hunter2@h/x",
           "postgresql://me:x@hunter2@h/x",
           "postgresql://me:x@h:hunter2/x",
           "postgresql://me:x@h:99999999hunter2/x",
           "postgresql://me:x@[hunter2/x",
           "postgresql://me:x@h/x?password=hunter2%zz",
           "postgresql://me:x@h/x?hunter2",
           "postgresql://me:x@h/x?hunter2=1",
           "postgresql://me:x@h/hunter2@y",
       }) {
    CAPTURE(url);
    const std::string said = refusal(url, true);
    CHECK_FALSE(said.empty());
    CHECK(said.find("hunter2") == std::string::npos);
    CHECK(said.find("me") != 0);
  }
}

TEST_CASE("a PostgreSQL on another machine has to prove who it is", "[store]") {
  for (const char* here : {
           "postgresql:///x",
           "postgresql:///x?host=/run/postgresql",
           "postgresql://me:pw@127.0.0.1/x",
           "postgresql://me:pw@localhost:6432/x",
           "postgresql://me:pw@[::1]/x",
           "postgresql://me@127.0.0.1,localhost/x",
           "postgresql://db.example/x?sslmode=verify-full",
           "postgres://me:p%40w@db.example:5432,db2.example:5433/x?sslmode=verify-full",
           "postgresql://db.example/x?hostaddr=127.0.0.1",
       }) {
    CAPTURE(here);
    CHECK(refusal(here).empty());
  }
  for (const char* elsewhere : {
           "postgresql://me:hunter2@db.example/x",
           "postgresql://me:hunter2@10.0.0.7/x?sslmode=require",
           "postgresql://me:hunter2@db.example/x?sslmode=verify-ca",
           "postgresql://me:hunter2@127.0.0.1,db.example/x",
           "postgresql://me:hunter2@localhost/x?hostaddr=10.0.0.7",
           "postgresql:///x?service=production",
           "postgresql:///x?host=db.example",
       }) {
    CAPTURE(elsewhere);
    const std::string said = refusal(elsewhere);
    CHECK(said.find("sslmode=verify-full") != std::string::npos);
    CHECK(said.find("hunter2") == std::string::npos);
    CHECK(refusal(elsewhere, true).empty()); // by somebody's express wish
  }
}

TEST_CASE("every connection to PostgreSQL has limits, and what the address says counts",
          "[store]") {
  const std::string usual = postgres_parameters("postgresql://me:p%27%5Cw@127.0.0.1/x");
  for (const char* part :
       {"connect_timeout='3'", "tcp_user_timeout='10000'", "keepalives_idle='10'",
        "password='p\\'\\\\w'", "host='127.0.0.1'", "dbname='x'"}) {
    CAPTURE(usual, part);
    CHECK(usual.find(part) != std::string::npos);
  }
  const std::string own =
      postgres_parameters("postgresql:///x?connect_timeout=9&keepalives_idle=60");
  CHECK(own.find("connect_timeout='9'") != std::string::npos);
  CHECK(own.find("connect_timeout='3'") == std::string::npos);
  CHECK(own.find("keepalives_idle='60'") != std::string::npos);
}
