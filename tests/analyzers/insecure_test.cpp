#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Lines that come and give a protection up: as bad as the protection switched off, where the file
// is one that runs.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct Row {
  std::string path;
  std::string before;
  std::string after;
};

// The gravest finding's severity, "" without one.
std::string severity_of(const std::string& path, const std::string& before,
                        const std::string& after) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  return report.findings.empty() ? "" : std::string(name_of(report.findings[0].severity));
}

const std::vector<Row> k_insecure = {
    {"client.go", "package a\nvar c = &tls.Config{\n\tServerName: \"x\",\n}\n",
     "package a\nvar c = &tls.Config{\n\tServerName: \"x\",\n\tInsecureSkipVerify: true,\n}\n"},
    {"client.py", "r = requests.get(url, timeout=5)\n",
     "r = requests.get(url, timeout=5, verify=False)\n"},
    {"client.js", "const a = new https.Agent({ keepAlive: true });\n",
     "const a = new https.Agent({ keepAlive: true, rejectUnauthorized: false });\n"},
    {"shop.yaml",
     "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        "
     "image: x\n",
     "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: a\n        "
     "image: x\n        securityContext:\n          privileged: true\n"},
    {"setup.sh", "#!/bin/sh\ncurl -fsS https://a.example/b | sh\n",
     "#!/bin/sh\ncurl -fsSk https://a.example/b | sh\n"},
    {"fetch.sh", "#!/bin/sh\ncurl -o k https://a.example/b\n",
     "#!/bin/sh\ncurl -o k --insecure https://a.example/b\n"},
    {"get.sh", "#!/bin/sh\nwget -q https://a.example/b\n",
     "#!/bin/sh\nwget -q --no-check-certificate https://a.example/b\n"},
    {"login.sh", "#!/bin/sh\nssh a.example uptime\n",
     "#!/bin/sh\nssh -o StrictHostKeyChecking=no a.example uptime\n"},
    {"apply.sh", "#!/bin/sh\nkubectl apply -f x\n",
     "#!/bin/sh\nkubectl --insecure-skip-tls-verify apply -f x\n"},
    {"client.rs", "let c = Client::builder()\n    .build()?;\n",
     "let c = Client::builder()\n    .danger_accept_invalid_certs(true)\n    .build()?;\n"},
    {"client.php", "<?php\n$c = curl_init();\n",
     "<?php\n$c = curl_init();\ncurl_setopt($c, CURLOPT_SSL_VERIFYPEER, false);\n"},
    {"host.php", "<?php\n$c = curl_init();\n",
     "<?php\n$c = curl_init();\ncurl_setopt($c, CURLOPT_SSL_VERIFYHOST, 0);\n"},
    {"context.py", "context = ssl.create_default_context()\n",
     "context = ssl.create_default_context()\ncontext.check_hostname = False\n"},
    {"mode.py", "context = ssl.create_default_context()\n",
     "context = ssl.create_default_context()\ncontext.verify_mode = ssl.CERT_NONE\n"},
    {"client.rb", "http = Net::HTTP.new(host, 443)\n",
     "http = Net::HTTP.new(host, 443)\nhttp.verify_mode = OpenSSL::SSL::VERIFY_NONE\n"},
    {"Client.java", "class A {\n  void f() {\n    client.build();\n  }\n}\n",
     "class A {\n  void f() {\n    client.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);\n "
     " "
     "  client.build();\n  }\n}\n"},
    {"dial.go",
     "package a\nfunc d() {\n\tgrpc.Dial(addr, grpc.WithTransportCredentials(creds))\n}\n",
     "package a\nfunc d() {\n\tgrpc.Dial(addr, grpc.WithInsecure())\n}\n"},
    {"plain.go",
     "package a\nfunc d() {\n\tgrpc.NewClient(a, "
     "grpc.WithTransportCredentials(credentials.NewTLS(cfg)))\n}\n",
     "package a\nfunc d() {\n\tgrpc.NewClient(a, "
     "grpc.WithTransportCredentials(insecure.NewCredentials()))\n}\n"},
    {"host.go",
     "package a\n\nvar c = &ssh.ClientConfig{\n\tHostKeyCallback: ssh.FixedHostKey(k),\n}\n",
     "package a\n\nvar c = &ssh.ClientConfig{\n\tHostKeyCallback: "
     "ssh.InsecureIgnoreHostKey(),\n}\n"},
    {"agree.go", "package a\n\nvar c = &ssh.ClientConfig{\n\tUser: u,\n}\n",
     "package a\n\nvar c = &ssh.ClientConfig{\n\tUser: u,\n\tHostKeyCallback: func(h string, a "
     "net.Addr, k ssh.PublicKey) error { return nil },\n}\n"},
    {"Trust.java", "class A {\n  void f() {\n    x.init(null, t, null);\n  }\n}\n",
     "class A {\n  void f() {\n    x.init(null, new TrustManager[] { new X509TrustManager() {\n"
     "      public void checkServerTrusted(X509Certificate[] c, String a) {}\n"
     "      public X509Certificate[] getAcceptedIssuers() { return null; }\n    } }, null);\n  "
     "}\n}\n"},
    {"Host.java", "class A {\n  void f() {\n    c.setDoOutput(true);\n  }\n}\n",
     "class A {\n  void f() {\n    c.setDoOutput(true);\n    c.setHostnameVerifier((h, s) -> "
     "true);\n"
     "  }\n}\n"},
    {"Host.kt", "val c = OkHttpClient.Builder()\n  .build()\n",
     "val c = OkHttpClient.Builder()\n  .hostnameVerifier { _, _ -> true }\n  .build()\n"},
    {"Handler.cs", "var h = new HttpClientHandler {\n    MaxConnectionsPerServer = 100\n};\n",
     "var h = new HttpClientHandler {\n    MaxConnectionsPerServer = 100,\n"
     "    ServerCertificateCustomValidationCallback = (m, c, n, e) => true\n};\n"},
    {"Hook.cs", "class A { void F() {\n  G();\n} }\n",
     "class A { void F() {\n  G();\n  ServicePointManager.ServerCertificateValidationCallback += "
     "(s, "
     "c, n, e) => true;\n} }\n"},
    {"Any.cs", "class A { void F() {\n  h.Timeout = t;\n} }\n",
     "class A { void F() {\n  h.Timeout = t;\n  h.ServerCertificateCustomValidationCallback = "
     "HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;\n} }\n"},
    {"agent.ts", "const a = tls.connect({ host });\n",
     "const a = tls.connect({ host, checkServerIdentity: () => undefined });\n"},
    {"mode.rs", "b.set_verify(SslVerifyMode::PEER);\n", "b.set_verify(SslVerifyMode::NONE);\n"},
    {"unverified.py", "c = ssl.create_default_context()\n",
     "c = ssl._create_unverified_context()\n"},
    {"stream.php",
     "<?php\n$c = stream_context_create(['ssl' => [\n  'cafile' => '/e/ca.pem',\n]]);\n",
     "<?php\n$c = stream_context_create(['ssl' => [\n  'cafile' => '/e/ca.pem',\n  'verify_peer' "
     "=> "
     "false,\n]]);\n"},
    {"array.php", "<?php\n$o = [\n  CURLOPT_TIMEOUT => 5,\n];\n",
     "<?php\n$o = [\n  CURLOPT_TIMEOUT => 5,\n  CURLOPT_SSL_VERIFYPEER => false,\n];\n"},
    {"token.ts", "jwt.verify(t, k, { algorithms: ['RS256'] });\n",
     "jwt.verify(t, k, { algorithms: ['none'] });\n"},
    {"more.ts", "jwt.verify(t, k, { algorithms: ['RS256'] });\n",
     "jwt.verify(t, k, { algorithms: ['RS256', 'none'] });\n"},
    {"token.py", "p = jwt.decode(t, k, algorithms=['RS256'])\n",
     "p = jwt.decode(t, k, algorithms=['RS256'], verify=False)\n"},
    {"signature.py", "p = jwt.decode(t, k, algorithms=['RS256'])\n",
     "p = jwt.decode(t, k, algorithms=['RS256'], options={'verify_signature': False})\n"},
    {"Dockerfile", "FROM debian:12\nRUN curl -fsS https://a.example/b | sh\n",
     "FROM debian:12\nRUN curl -fsS --insecure https://a.example/b | sh\n"},
};

} // namespace

TEST_CASE("an added line that skips a check is high where it runs", "[insecure]") {
  for (const Row& row : k_insecure) {
    CAPTURE(row.path);
    CHECK(severity_of(row.path, row.before, row.after) == "high");
    CHECK(severity_of("src/" + row.path, row.before, row.after) == "high");
    CHECK(severity_of("prod/" + row.path, row.before, row.after) == "high");
  }
}

TEST_CASE("tests, development and new files are told less of it", "[insecure]") {
  for (const Row& row : k_insecure) {
    CAPTURE(row.path);
    CHECK(severity_of("tests/" + row.path, row.before, row.after) != "high");
    CHECK(severity_of("tests/" + row.path, row.before, row.after) != "medium");
    CHECK(severity_of("deploy/dev/" + row.path, row.before, row.after) == "medium");
    CHECK(severity_of("src/" + row.path, "", row.after) != "high");
  }
}

TEST_CASE("functions that look before they agree believe nobody", "[insecure]") {
  CHECK(severity_of("Host.java", "class A {\n  void f() {\n    g();\n  }\n}\n",
                    "class A {\n  void f() {\n    g();\n    c.setHostnameVerifier((h, s) -> "
                    "h.equals(name));\n  }\n}\n") == "");
  CHECK(
      severity_of("Trust.java", "class A {\n  void g() {}\n}\n",
                  "class A {\n  void g() {}\n  public void checkServerTrusted(X509Certificate[] c, "
                  "String a) throws CertificateException {\n    pins.check(c);\n  }\n}\n") == "");
  CHECK(
      severity_of("host.go", "package a\n\nvar c = C{\n\tUser: u,\n}\n",
                  "package a\n\nvar c = C{\n\tUser: u,\n\tHostKeyCallback: func(h string) error { "
                  "return known(h) },\n}\n") == "");
  CHECK(severity_of("a.ts", "const a = b;\n", "const a = b;\nconst onClick = () => true;\n") == "");
  CHECK(severity_of("algorithm.yaml", "sort:\n  algorithm: quick\n",
                    "sort:\n  algorithm: none\n") != "high");
}

TEST_CASE("who calls the own machine is checked by nobody else", "[insecure]") {
  for (const std::string local : {"https://localhost:8443/up", "https://127.0.0.1/up"}) {
    CAPTURE(local);
    CHECK(severity_of("up.sh", "#!/bin/sh\ncurl -s " + local + "\n",
                      "#!/bin/sh\ncurl -sk " + local + "\n") == "");
  }
  // -k as the value of another letter: a file of that name.
  CHECK(severity_of("up.sh", "#!/bin/sh\ncurl -s https://a.example/b\n",
                    "#!/bin/sh\ncurl -sok https://a.example/b\n") == "");
}
