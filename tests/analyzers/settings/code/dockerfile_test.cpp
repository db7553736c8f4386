#include "analyzers/settings/code/read_code.hpp"

#include "tests/analyzers/settings/code/show.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a Dockerfile's instructions state settings", "[dockerfile]") {
  const char* text = R"code(FROM --platform=linux/amd64 node:20-alpine AS build
ARG POOL=20
ENV A=1 \
    B="two words"
ENV OLD value here
RUN apt-get install -y curl=7.1 && \
    npm config set x && JAVA=1 make -j4 --jobs 5
EXPOSE 8080/tcp 9090
HEALTHCHECK --interval=30s --retries=3 CMD curl x
USER root
CMD ["gunicorn", "--workers", "4", "app:app"]
)code";
  CHECK(show(read_code(Format::dockerfile, "Dockerfile", text, {})) ==
        R"(1 FROM[build] = node:20-alpine
2 POOL = 20
3 A = 1
4 B = two words
5 OLD = value here
6 RUN.apt-get.curl = 7.1
7 RUN.make.jobs = 5
8 EXPOSE = 8080/tcp
8 EXPOSE = 9090
9 HEALTHCHECK.interval = 30s
9 HEALTHCHECK.retries = 3
10 USER = root
11 CMD = gunicorn --workers 4 app:app
)");
}

TEST_CASE("the context of a Dockerfile's setting is the image of its stage", "[dockerfile]") {
  CHECK(show(read_code(Format::dockerfile, "Dockerfile",
                       "ARG V=1\nFROM a:1\nENV X=5\nFROM b:2\nUSER root\n", {}),
             true) ==
        "1 V = 1\n2 FROM = a:1 [a:1]\n3 X = 5 [a:1]\n4 FROM = b:2 [b:2]\n5 USER = root [b:2]\n");
}

TEST_CASE("both forms of a command have one value", "[dockerfile]") {
  const auto value = [](const char* text) {
    return read_code(Format::dockerfile, "Dockerfile", text, {}).at(0).value;
  };
  CHECK(value("CMD [\"app\", \"--x=1\"]\n") == value("CMD app --x=1\n"));
  CHECK(value("CMD [\"sh\", \"-c\", \"a b\"]\n") == "sh -c 'a b'");
  CHECK(value("CMD [\"app\n") == "app");
}
