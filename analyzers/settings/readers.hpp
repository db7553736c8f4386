#pragma once

#include "analyzers/settings/extract.hpp"
#include "analyzers/settings/setting_tree.hpp"
#include "analyzers/settings/text_lines.hpp"

namespace leadline {

// Where a reader works: the lines, what they are called, where in the tree their settings go.
struct Reading {
  const TextLines& lines;
  FileKind kind;
  std::string_view path; // of the file, or the key that holds an embedded one
  SettingTree& tree;
  SettingTree::Place place = SettingTree::k_root;
  int embedded = 0; // how many files hold this one
};

// Reads by `reading.kind`; a format without settings reads nothing.
void read_any(const Reading& reading);

// One per format. All are tolerant, never throw, and take time linear in the text.
void read_yaml(const Reading& reading);
void read_json(const Reading& reading);
void read_toml(const Reading& reading);
void read_ini(const Reading& reading);
void read_key_value(const Reading& reading);
void read_properties(const Reading& reading);
void read_dotenv(const Reading& reading);
void read_xml(const Reading& reading);
void read_nginx(const Reading& reading); // also logrotate and the like: blocks in braces
void read_apache(const Reading& reading);
void read_haproxy(const Reading& reading);
void read_puppet(const Reading& reading);
void read_sql(const Reading& reading);     // ALTER SYSTEM, ALTER ROLE ... SET, SET GLOBAL
void read_unknown(const Reading& reading); // lines that look like key = value

// The text of a YAML block scalar or of a value over many lines: a config file when its key names
// one or the text looks like one, a script, or loose lines. False when nothing in it is a setting.
bool read_block_text(const Reading& block, std::string_view key);

// DNS zones stand among the key_value files, Erlang's terms (RabbitMQ's rabbitmq.config) among the
// json ones: their readers ask by these.
bool is_dns_zone(const TextLines& lines);
void read_dns_zone(const Reading& reading);
// Rules of packet filters, too: what iptables-save writes, and nftables. A rule is one setting
// whose value is the whole line.
bool is_packet_filter(const TextLines& lines);
void read_packet_filter(const Reading& reading);
// "iptables -A INPUT ..." and "ufw allow ..." of a script: the program's name = the command.
std::vector<Setting> filter_commands(std::string_view text);
bool is_erlang_terms(const TextLines& lines);
void read_erlang_terms(const Reading& reading);

// What a text looks like, from its first lines; unknown when it is not clear.
Format sniff_format(const TextLines& lines);
// Whether nearly every line is a name and a few words: "dns-search example.com".
bool looks_like_directives(const TextLines& lines);

} // namespace leadline
