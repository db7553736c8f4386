#include "analyzers/settings/places.hpp"

#include "analyzers/settings/extract.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

using namespace leadline;

namespace {

// The places of the settings with this key, in the order of the file.
std::vector<std::string> places(const std::string& path, const std::string& text,
                                const std::string& key) {
  std::vector<std::string> found;
  for (const Setting& setting : extract_settings(detect_kind(path, text), path, text, {})) {
    if (setting.key.text() == key) {
      found.push_back(setting.place);
    }
  }
  return found;
}

std::string deployment(const std::string& name, const std::string& more = "") {
  return "kind: Deployment\nmetadata:\n  name: " + name + "\n" + more + "spec:\n  replicas: 3\n";
}

} // namespace

TEST_CASE("of a key that stands more than once the place says which it is", "[places]") {
  struct Row {
    std::string what, path, text, key;
    std::vector<std::string> expected;
  };
  const Row row = GENERATE(values<Row>({
      {"one object", "all.yaml", deployment("a"), "spec.replicas", {""}},
      {"two objects",
       "all.yaml",
       deployment("a") + "---\n" + deployment("b", "  namespace: shop\n"),
       "spec.replicas",
       {"Deployment/a", "Deployment/shop/b"}},
      {"a mark before the first",
       "all.yaml",
       "---\n" + deployment("a") + "---\n" + deployment("b"),
       "spec.replicas",
       {"Deployment/a", "Deployment/b"}},
      {"what only one of two objects has",
       "all.yaml",
       deployment("a", "  labels:\n    app: x\n") + "---\n" + deployment("b"),
       "metadata.labels.app",
       {"Deployment/a"}},
      {"objects of one name",
       "all.yaml",
       deployment("a") + "---\n" + deployment("b") + "---\n" + deployment("a"),
       "spec.replicas",
       {"Deployment/a, number 1 of 2", "Deployment/b", "Deployment/a, number 2 of 2"}},
      {"objects and something else",
       "all.yaml",
       "spec:\n  replicas: 1\n---\n" + deployment("b") + "---\nspec:\n  replicas: 1\n",
       "spec.replicas",
       {"number 1 of 1", "Deployment/b", "part 1 of 1"}},
      {"documents without a name",
       "all.yaml",
       "spec:\n  replicas: 1\n---\nspec:\n  replicas: 1\n",
       "spec.replicas",
       {"number 1 of 1", "part 1 of 1"}},
      {"an object of a list, which its path only counts",
       "all.yaml",
       "kind: List\nitems:\n- kind: Deployment\n  metadata: {name: a}\n  spec:\n    replicas: 3\n"
       "- kind: Deployment\n  metadata: {name: b}\n  spec:\n    replicas: 3\n",
       "items[1].spec.replicas",
       {"Deployment/b"}},
      {"parts of objects that have a kind, too",
       "all.yaml",
       "kind: RoleBinding\nmetadata:\n  name: a\nsubjects:\n- kind: User\n  name: sam\n  x: 1\n"
       "---\nkind: RoleBinding\nmetadata:\n  name: b\nsubjects:\n- kind: User\n  name: sam\n  x: "
       "1\n",
       "subjects[sam].x",
       {"RoleBinding/a", "RoleBinding/b"}},
      {"a list inside one object",
       "all.yaml",
       "kind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - port: 80\n  - port: 81\n",
       "spec.ports[1].port",
       {""}},
      {"objects in JSON",
       "all.json",
       R"({"kind": "List", "items": [{"kind": "Pod", "metadata": {"name": "a"}, "spec": {"x": 1}},)"
       "\n"
       R"({"kind": "Pod", "metadata": {"name": "b"}, "spec": {"x": 1}}]})",
       "items[0].spec.x",
       {"Pod/a"}},
      {"servers of nginx",
       "nginx.conf",
       "http {\n  server {\n    listen 80;\n    listen 443 ssl;\n    server_name a.org;\n    "
       "ssl_protocols TLSv1.2;\n  }\n  server {\n    listen 443 ssl;\n    ssl_protocols TLSv1.2;\n"
       "  }\n}\n",
       "http.server.ssl_protocols",
       {"server_name a.org listen 80", "listen 443 ssl"}},
      {"virtual hosts of Apache",
       "httpd.conf",
       "<VirtualHost *:443>\nServerName a.org\nSSLProtocol all\n</VirtualHost>\n"
       "<VirtualHost *:443>\nServerName b.org\nSSLProtocol all\n</VirtualHost>\n",
       "VirtualHost[*:443].SSLProtocol",
       {"ServerName a.org", "ServerName b.org"}},
      {"a section twice",
       "app.ini",
       "[peer]\ntimeout = 5\n[peer]\ntimeout = 5\n",
       "peer.timeout",
       {"peer 1 of 2", "peer 2 of 2"}},
      {"elements of one name",
       "app.xml",
       "<a>\n<pool>\n<size>5</size>\n</pool>\n<pool>\n<size>5</size>\n</pool>\n</a>\n",
       "a.pool.size",
       {"pool 1 of 2", "pool 2 of 2"}},
      {"what only one of them has",
       "app.xml",
       "<a>\n<pool>\n<size>5</size>\n<wait>1</wait>\n</pool>\n<pool>\n<size>5</size>\n</pool>\n"
       "</a>\n",
       "a.pool.wait",
       {"pool 1 of 2"}},
      {"an attribute that only the second of two elements has",
       "server.xml",
       "<Service>\n<Connector port=\"80\"/>\n<Connector port=\"443\" "
       "maxThreads=\"5\"/>\n</Service>\n",
       "Service.Connector.maxThreads",
       {"Connector 2 of 2"}},
      {"elements that their names tell apart",
       "app.xml",
       "<a>\n<pool name=\"x\">\n<size>5</size>\n</pool>\n<pool name=\"y\">\n<size>5</size>\n"
       "</pool>\n</a>\n",
       "a.pool[x].size",
       {""}},
      {"blocks without a label",
       "main.tf",
       "resource \"x\" \"y\" {\n  ingress {\n    from_port = 1\n  }\n  ingress {\n    from_port = "
       "1\n  }\n}\n",
       "resource.x[y].ingress.from_port",
       {"ingress 1 of 2", "ingress 2 of 2"}},
      {"what only the second of them has",
       "main.tf",
       "resource \"x\" \"y\" {\n  ingress {\n    from_port = 1\n  }\n  ingress {\n    from_port = "
       "2\n    self = true\n  }\n}\n",
       "resource.x[y].ingress.self",
       {"ingress 2 of 2"}},
      {"blocks that an entry names",
       "main.tf",
       "resource \"x\" \"y\" {\n  disk {\n    name = \"a\"\n    size = 1\n  }\n  disk {\n    name "
       "= \"b\"\n    size = 1\n  }\n}\n",
       "resource.x[y].disk[b].size",
       {""}},
      {"blocks in one of several blocks",
       "main.tf",
       "a {\n  b {\n    x = 1\n  }\n}\na {\n  b {\n    y = 1\n  }\n  b {\n    x = 1\n  }\n}\n",
       "a.b.x",
       {"a 1 of 2", "a 2 of 2, b 2 of 2"}},
      {"a virtual host without a name beside one with",
       "httpd.conf",
       "<VirtualHost *:443>\nServerName a.org\n</VirtualHost>\n"
       "<VirtualHost *:443>\nSSLProtocol all\n</VirtualHost>\n",
       "VirtualHost[*:443].SSLProtocol",
       {""}},
      {"the same line in the one with",
       "httpd.conf",
       "<VirtualHost *:443>\nServerName a.org\nSSLProtocol all\n</VirtualHost>\n"
       "<VirtualHost *:443>\nErrorLog x\n</VirtualHost>\n",
       "VirtualHost[*:443].SSLProtocol",
       {"ServerName a.org"}},
      {"virtual hosts without a name",
       "httpd.conf",
       "<VirtualHost *:443>\nErrorLog x\n</VirtualHost>\n"
       "<VirtualHost *:443>\nSSLProtocol all\n</VirtualHost>\n",
       "VirtualHost[*:443].SSLProtocol",
       {"VirtualHost[*:443] 2 of 2"}},
      {"locations of several servers",
       "nginx.conf",
       "server {\n  server_name a.org;\n  location / {\n    proxy_read_timeout 5s;\n  }\n}\n"
       "server {\n  server_name b.org;\n  location / {\n    root /;\n  }\n}\n",
       "server.location[/].proxy_read_timeout",
       {"server_name a.org"}},
      {"peers that have no name",
       "wg0.conf",
       "[Interface]\nPrivateKey = x\n[Peer]\nPublicKey = y\n[Peer]\nPublicKey = z\n"
       "PersistentKeepalive = 25\n",
       "Peer.PersistentKeepalive",
       {"Peer 2 of 2"}},
      {"branches of a condition",
       "site.pp",
       "if $a {\n  class { 'x':\n    size => 5,\n  }\n} else {\n  class { 'x':\n    wait => 1,\n  "
       "}\n}"
       "\n",
       "class[x].wait",
       {"part 2 of 2"}},
      {"a program",
       "a.py",
       "timeout = 5\nx()\ntimeout = 5\n",
       "timeout",
       {"number 1 of 2", "number 2 of 2"}},
  }));
  CAPTURE(row.what);
  CHECK(places(row.path, row.text, row.key) == row.expected);
}

TEST_CASE("where not all settings of a file are read, the place is the line", "[places]") {
  std::string text = "[a]\nx = 1\n[a]\nx = 1\n[b]\ny = 2\n";
  text += "; " + std::string(1 << 20, '.') + "\n";
  const std::vector<Setting> found =
      extract_settings(detect_kind("app.ini", text), "app.ini", text, {4, 6});
  REQUIRE(found.size() == 2);
  CHECK(found[0].place == "a 2 of 2, line 4");
  CHECK(found[1].place == "line 6");
}
