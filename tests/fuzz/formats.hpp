#pragma once

#include "analyzers/settings/extract.hpp"

#include <array>
#include <string_view>

// What the first byte of an input stands for. New ones go to the end: the inputs of the corpus keep
// their meaning.
namespace leadline::fuzz {

inline constexpr std::array<std::string_view, 22> k_settings_paths = {
    "a.yaml",       "a.json",    "a.toml",      "a.ini",     "a.conf",          ".env",
    "a.properties", "a.xml",     "nginx.conf",  "a.pp",      "httpd.conf",      "haproxy.cfg",
    "sshd_config",  "a.service", "pg_hba.conf", "crontab",   "values.yaml.tpl", "unknown",
    "a.sql",        "rules.v4",  "a.nft",       "install.sh"};

// Whose trees read_code() reads.
inline constexpr std::array k_code_formats = {
    Format::typescript, Format::javascript, Format::python,  Format::go,        Format::java,
    Format::kotlin,     Format::ruby,       Format::csharp,  Format::rust,      Format::php,
    Format::shell,      Format::hcl,        Format::jsonnet, Format::dockerfile};

} // namespace leadline::fuzz
