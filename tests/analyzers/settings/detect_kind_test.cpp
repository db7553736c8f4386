#include "analyzers/settings/extract.hpp"
#include "tests/fuzz/formats.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <vector>

using namespace leadline;

TEST_CASE("a file's format comes from its name, then from its text", "[detect_kind]") {
  struct Row {
    const char* path;
    const char* text;
    Format format;
    bool templated;
  };
  const std::vector<Row> rows = {
      {"deploy/values.yaml", "", Format::yaml, false},
      {"modules/db.nix", "{ config, ... }:\n{\n  services.x.enable = true;\n}\n", Format::unknown,
       false},
      {"modules/db.acme", "{ config, ... }:\n{\n  services.x.enable = true;\n}\n", Format::unknown,
       false},
      {"conf/pools.acme", "pools = {\n  web = {\n    size = 5;\n  };\n};\n", Format::unknown,
       false},
      {"snippets/redirect", "location = /x {\n  return 301 /y;\n}\n", Format::nginx, false},
      {"src/pool.scala", "object Pool {\n  val size = 5;\n}\n", Format::unknown, false},
      {"web/site.scss", ".a {\n  display: none;\n}\n", Format::prose, false},
      {"api/user.proto", "message A {\n  int32 size = 1;\n}\n", Format::prose, false},
      {"templates/web.yaml", "{{- if .Values.on }}\na: 1\n{{- end }}\n", Format::yaml, true},
      {"roles/pgbouncer.ini.j2", "", Format::ini, true},
      {"roles/nginx.conf.erb", "", Format::nginx, true},
      {"haproxy.cfg.tmpl", "", Format::haproxy, true},
      {"main.tf", "", Format::hcl, false},
      {"prod.tfvars", "", Format::hcl, false},
      {"user-data.yaml.tftpl", "", Format::yaml, true},
      {"Dockerfile.web", "", Format::dockerfile, false},
      {"build/web.Dockerfile", "", Format::dockerfile, false},
      {"Containerfile", "", Format::dockerfile, false},
      {".env.production", "", Format::dotenv, false},
      {"staging.env", "", Format::dotenv, false},
      {"web.service", "", Format::ini, false},
      {"my.cnf", "", Format::ini, false},
      {"site/manifests/init.pp", "", Format::puppet, false},
      {"a.libsonnet", "", Format::jsonnet, false},
      {"settings.json5", "", Format::json, false},
      {"pom.xml", "", Format::xml, false},
      {"application.properties", "", Format::properties, false},
      {"etc/sysctl.d/60-net.conf", "net.core.somaxconn = 1024\n", Format::key_value, false},
      {"etc/cron.d/backup", "0 3 * * * root backup\n", Format::key_value, false},
      {"etc/logrotate.d/app", "/var/log/a {\n  rotate 4\n}\n", Format::nginx, false},
      {"etc/app.conf", "[main]\nport = 1\n", Format::ini, false},
      {"etc/app.conf", "port 1\nhost a\n", Format::key_value, false},
      {"etc/app.conf", "server {\n  listen 80;\n}\n", Format::nginx, false},
      {"etc/app.conf", "<VirtualHost *:80>\nTimeout 5\n</VirtualHost>\n", Format::apache, false},
      {"bin/run", "#!/bin/bash\necho\n", Format::shell, false},
      {"bin/run", "#!/usr/bin/env python3\n", Format::python, false},
      {"config", "---\na: 1\n", Format::yaml, false},
      {"config", "{\"a\": 1}\n", Format::json, false},
      {"config", "<?xml version=\"1.0\"?>\n<a/>\n", Format::xml, false},
      {"README.md", "max = 5\n", Format::prose, false},
      {"notes.txt", "max = 5\n", Format::prose, false},
      {"requirements.txt", "django==4.2\n", Format::key_value, false},
      {"package-lock.json", "{}", Format::prose, false},
      {"Cargo.lock", "", Format::prose, false},
      {"image.bin", "\x01\x02", Format::unknown, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path, row.text, name_of(row.format),
            name_of(detect_kind(row.path, row.text).format));
    CHECK(detect_kind(row.path, row.text) == FileKind{row.format, row.templated});
  }
}

TEST_CASE("fuzzing reaches the reader of every format", "[detect_kind]") {
  std::set<Format> reached(fuzz::k_code_formats.begin(), fuzz::k_code_formats.end());
  for (const std::string_view path : fuzz::k_settings_paths) {
    reached.insert(detect_kind(path, "").format);
  }
  // Prose is the last one and has no reader.
  for (int number = 0; number < static_cast<int>(Format::prose); ++number) {
    const auto format = static_cast<Format>(number);
    CAPTURE(name_of(format));
    CHECK(reached.count(format) == 1);
  }
}
