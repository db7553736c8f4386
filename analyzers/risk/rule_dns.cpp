#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// A record as a zone file's reader gives it: "@.MX", "shop.NS", or records of a cloud's zone, told
// by the look of their values: "10 mail.example.com".
enum class Record { none, mail, name_server };

bool is_mail_exchange(std::string_view value) {
  std::string_view text = trim(value);
  while (text.size() >= 2 && (text.front() == '[' || text.front() == '"')) {
    text = trim(text.substr(1, text.size() - 2));
  }
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos || digits > 5 || text[digits] != ' ') {
    return false;
  }
  const std::string_view host = trim(text.substr(digits));
  return host.find('.') != std::string_view::npos &&
         host.find_first_of(" =:/") == std::string_view::npos;
}

Record record_of(const Subject& s) {
  const std::vector<std::string>& key = s.setting().key.segments;
  const std::string& last = key.back();
  const bool zone = key.size() >= 2 && (last == "MX" || last == "NS");
  if (zone) {
    return last == "MX" ? Record::mail : Record::name_server;
  }
  constexpr std::array<std::string_view, 3> k_records = {" records ", " rrdatas ", " rrdata "};
  const bool record = std::find(k_records.begin(), k_records.end(), s.leaf) != k_records.end();
  return record && is_mail_exchange(s.old_value) &&
                 (s.new_value.empty() || is_mail_exchange(s.new_value))
             ? Record::mail
             : Record::none;
}

} // namespace

// RFC 1035, sections 3.3.9 and 3.3.11. That a name server goes is told where its list is known
// (blocks_members.cpp).
std::optional<Concern> judge_dns(const Subject& s) {
  if (s.kind() == ChangeKind::added || s.setting().key.segments.empty() || s.new_is_template ||
      s.old_is_template || to_lower(trim(s.old_value)) == to_lower(trim(s.new_value))) {
    return std::nullopt;
  }
  const Record record = record_of(s);
  if (record == Record::none || (record == Record::name_server && !s.modified())) {
    return std::nullopt;
  }
  const bool mail = record == Record::mail;
  Concern made;
  made.rule = "address.changed";
  made.urgency = s.modified() ? 1.5 : 1.4;
  made.confidence = 0.9;
  made.tail = mail ? s.modified() ? "mail goes to another server" : "this server gets no mail"
                   : "another server answers for the zone";
  made.effect = mail ? "Mail that arrives at a server which does not expect it bounces or is lost, "
                       "until the old record has left every cache."
                     : "A server that does not hold the zone answers that no name exists, and "
                       "caches remember it.";
  made.check = mail
                   ? "Does the server accept mail for the domain, and do SPF and certificates name "
                     "it?"
                   : "Does the server hold the zone, and does the parent zone name the same ones?";
  return made;
}

} // namespace leadline
