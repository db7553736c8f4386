#include "app/git/remote_refs.hpp"

#include "app/git/smart_http.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cstdio>
#include <string_view>

#include <fmt/format.h>

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

std::string packet(const std::string& text) {
  return fmt::format("{:04x}{}", text.size() + k_length_digits, text);
}

} // namespace

std::vector<std::string> refs_at(const GitRemote& remote, const GitFetchOptions& options,
                                 const std::string& folder, const std::string& prefix,
                                 const std::string& commit) {
  SmartHttp http(remote, options, folder);
  std::vector<std::string> names;
  bool version_2 = false;
  http.ask_version_2(nullptr, [&](std::FILE* answer) {
    Packets packets(answer);
    Packets::Kind kind = packets.next();
    if (kind == Packets::Kind::text && packets.text().starts_with("# service=")) {
      kind = packets.next() == Packets::Kind::flush ? packets.next() : Packets::Kind::end;
    }
    version_2 = kind == Packets::Kind::text && packets.text() == "version 2";
    if (!version_2) { // it has told all it has
      add_refs(packets, kind, prefix, commit, names);
    }
  });
  if (version_2) {
    const std::string request =
        packet("command=ls-refs\n") + "0001" + packet("ref-prefix " + prefix + "\n") + "0000";
    http.ask_version_2(&request, [&](std::FILE* answer) {
      Packets packets(answer);
      add_refs(packets, packets.next(), prefix, commit, names);
    });
  }
  return names;
}

} // namespace leadline::git
