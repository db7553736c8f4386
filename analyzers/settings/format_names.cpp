#include "analyzers/settings/extract.hpp"

namespace leadline {

std::string_view name_of(Format format) {
  switch (format) {
  case Format::unknown:
    return "unknown";
  case Format::yaml:
    return "yaml";
  case Format::json:
    return "json";
  case Format::toml:
    return "toml";
  case Format::ini:
    return "ini";
  case Format::key_value:
    return "key_value";
  case Format::properties:
    return "properties";
  case Format::dotenv:
    return "dotenv";
  case Format::xml:
    return "xml";
  case Format::hcl:
    return "hcl";
  case Format::nginx:
    return "nginx";
  case Format::apache:
    return "apache";
  case Format::haproxy:
    return "haproxy";
  case Format::puppet:
    return "puppet";
  case Format::sql:
    return "sql";
  case Format::dockerfile:
    return "dockerfile";
  case Format::jsonnet:
    return "jsonnet";
  case Format::typescript:
    return "typescript";
  case Format::javascript:
    return "javascript";
  case Format::python:
    return "python";
  case Format::go:
    return "go";
  case Format::java:
    return "java";
  case Format::kotlin:
    return "kotlin";
  case Format::ruby:
    return "ruby";
  case Format::csharp:
    return "csharp";
  case Format::rust:
    return "rust";
  case Format::php:
    return "php";
  case Format::shell:
    return "shell";
  case Format::prose:
    return "prose";
  }
  return "unknown";
}

} // namespace leadline
