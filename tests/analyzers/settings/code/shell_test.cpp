#include "analyzers/settings/code/read_code.hpp"

#include "tests/analyzers/settings/code/show.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a shell's assignments, defaults, flags and heredocs are read", "[shell]") {
  const char* text = R"code(export X=20
Y="${Y:-20}"
: "${Z:=5}"
sysctl -w net.core.somaxconn=1024
prog --workers 4 --max=5 -c shared_buffers=1GB <<EOF
a = 1
EOF
A=1 B=2 cmd
readonly Q='x'
arr=(1 2)
local z=5
sudo sysctl -w net.ipv4.tcp_syncookies=0
docker run -d --memory=512m \
  --cpus 2 \
  -e POOL=20 --restart "${R:-always}" img:1
V=${V:-5}
if [ "$A" = "5" ]; then B=6; fi
JAVA_OPTS="-Xmx512m -Dx=5"
)code";
  CHECK(show(read_code(Format::shell, "run.sh", text, {})) == R"(1 X = 20
2 Y = 20
3 Z = 5
4 sysctl.net.core.somaxconn = 1024
5 prog.workers = 4
5 prog.max = 5
5 prog.shared_buffers = 1GB
6 a = 1
8 A = 1
8 B = 2
9 Q = x
10 arr[0] = 1
10 arr[1] = 2
11 z = 5
12 sysctl.net.ipv4.tcp_syncookies = 0
13 docker.memory = 512m
14 docker.cpus = 2
15 docker.POOL = 20
15 docker.restart = ${R:-always}
16 V = 5
17 B = 6
18 JAVA_OPTS = -Xmx512m -Dx=5
)");
}
