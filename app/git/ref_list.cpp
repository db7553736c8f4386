#include "app/git/ref_list.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>
#include <string_view>

namespace leadline::git {
namespace {

constexpr std::size_t k_length_digits = 4;

Error no_answer(const std::string& what) {
  return Error(ErrorKind::unavailable, "the list of refs is not git's: " + what);
}

// Packets with their length before them (https://git-scm.com/docs/gitprotocol-common).
class Packets {
public:
  explicit Packets(std::FILE* file) : m_file(file) {}

  enum class Kind { text, flush, mark, end };

  Kind next() {
    char digits[k_length_digits];
    const std::size_t got = std::fread(digits, 1, sizeof digits, m_file);
    if (got == 0 && std::ferror(m_file) == 0) {
      return Kind::end;
    }
    std::size_t length = 0;
    const auto [last, failed] = std::from_chars(digits, digits + got, length, 16);
    if (got != sizeof digits || failed != std::errc() || last != digits + got) {
      throw no_answer("no length");
    }
    if (length < k_length_digits) {
      return length == 0 ? Kind::flush : Kind::mark;
    }
    m_text.resize(length - k_length_digits);
    if (std::fread(m_text.data(), 1, m_text.size(), m_file) != m_text.size()) {
      throw no_answer("it is cut short");
    }
    if (m_text.starts_with("ERR ")) {
      throw no_answer(to_valid_utf8(m_text.substr(0, 200)));
    }
    if (m_text.ends_with('\n')) {
      m_text.pop_back();
    }
    return Kind::text;
  }

  std::string_view text() const { return m_text; } // of the last one

private:
  std::FILE* m_file;
  std::string m_text;
};

// Adds the names of "ID NAME", with more behind a space (version 2) or a zero byte (version 0).
void add_ref(std::string_view line, const std::string& prefix, const std::string& commit,
             std::vector<std::string>& names) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) {
    throw no_answer("a line without a name");
  }
  const std::string_view rest = line.substr(space + 1);
  const std::string_view name = rest.substr(0, rest.find_first_of(std::string_view("\0 ", 2)));
  if (line.substr(0, space) == commit && name.starts_with(prefix) && !name.ends_with("^{}")) {
    names.emplace_back(name);
  }
}

// All lines up to the flush that ends the list.
void add_refs(Packets& packets, Packets::Kind first, const std::string& prefix,
              const std::string& commit, std::vector<std::string>& names) {
  for (Packets::Kind kind = first; kind != Packets::Kind::flush; kind = packets.next()) {
    if (kind != Packets::Kind::text) {
      throw no_answer("it is cut short");
    }
    if (packets.text() != "version 1") {
      add_ref(packets.text(), prefix, commit, names);
    }
  }
}

} // namespace

void read_ref_list(std::FILE* answer, const std::string& prefix, const std::string& commit,
                   std::vector<std::string>& names) {
  Packets packets(answer);
  add_refs(packets, packets.next(), prefix, commit, names);
}

bool read_first_answer(std::FILE* answer, const std::string& prefix, const std::string& commit,
                       std::vector<std::string>& names) {
  Packets packets(answer);
  Packets::Kind kind = packets.next();
  if (kind == Packets::Kind::text && packets.text().starts_with("# service=")) {
    kind = packets.next() == Packets::Kind::flush ? packets.next() : Packets::Kind::end;
  }
  if (kind == Packets::Kind::text && packets.text() == "version 2") {
    return true;
  }
  add_refs(packets, kind, prefix, commit, names);
  return false;
}

} // namespace leadline::git
