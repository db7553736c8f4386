#include "app/config/private_key.hpp"

#include "base/handle.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <optional>
#include <string_view>

namespace leadline {
namespace {

constexpr std::size_t k_max_key_bytes = 64UL * 1024;

std::string with_line_ends(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "\\n") {
      lines += '\n';
      ++at;
    } else {
      lines += text[at];
    }
  }
  return lines;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string packed;
  std::copy_if(text.begin(), text.end(), std::back_inserter(packed),
               [](char c) { return c != '\n' && c != '\r' && c != ' '; });
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int size = packed.empty() || packed.size() % 4 != 0
                       ? -1
                       : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                         reinterpret_cast<const unsigned char*>(packed.data()),
                                         static_cast<int>(packed.size()));
  ERR_clear_error();
  return size < 0 ? std::nullopt : std::optional(bytes.substr(0, bytes.find('\0')));
}

bool is_rsa_private_key(const std::string& pem) {
  using Bio = Handle<BIO, BIO_free_all>;
  using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No password prompt: an encrypted key is refused.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA;
}

class KeyReader {
public:
  explicit KeyReader(Variables& variables, std::vector<std::string>& warnings)
      : m_variables(variables), m_warnings(warnings) {}

  Secret read() {
    const auto key = m_variables.value("PRIVATE_KEY");
    const auto path = m_variables.value("PRIVATE_KEY_PATH");
    if (!key && !path) {
      mistake("PRIVATE_KEY_PATH", "is not set, nor is PRIVATE_KEY: the PEM file of the GitHub App");
      return {};
    }
    if (key && path) {
      mistake("PRIVATE_KEY_PATH", "and PRIVATE_KEY are both set: keep one");
      return {};
    }
    if (path) {
      const auto pem = read_key_file(*path);
      return pem ? checked("PRIVATE_KEY_PATH", *pem, "\"" + *path + "\" holds") : Secret();
    }
    std::string pem = with_line_ends(*key);
    if (pem.find("-----BEGIN") == std::string::npos) {
      pem = from_base64(pem).value_or("");
    }
    return checked("PRIVATE_KEY", pem, "is");
  }

private:
  Secret checked(std::string_view name, const std::string& pem, const std::string& where) {
    if (!is_rsa_private_key(pem)) {
      mistake(name, where + " no RSA private key in PEM without a password");
      return {};
    }
    return Secret(pem);
  }

  void mistake(std::string_view name, const std::string& problem) {
    m_variables.mistake(name, problem);
  }

  std::optional<std::string> read_key_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\": " + std::strerror(errno));
      if (file >= 0) {
        ::close(file);
      }
      return std::nullopt;
    }
    std::optional<std::string> pem = checked_content(path, file, status);
    if (pem && status.st_uid != 0 && ::geteuid() == 0) {
      m_warnings.push_back("PRIVATE_KEY_PATH: \"" + path + "\" belongs to user " +
                           std::to_string(status.st_uid) +
                           ", who can read and replace it: chown it to root");
    }
    ::close(file);
    return pem;
  }

  std::optional<std::string> checked_content(const std::string& path, int file,
                                             const struct stat& status) {
    if (!S_ISREG(status.st_mode)) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" is no regular file");
      return std::nullopt;
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid() && ::geteuid() != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" belongs to another user: chown it");
      return std::nullopt;
    }
    // Kubernetes mounts a secret as root's and lets the pod's group read it.
    const bool mounted = status.st_uid == 0 && ::geteuid() != 0;
    const mode_t refused = mounted ? 0037U : 0077U;
    if ((status.st_mode & refused) != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" may be read by others: chmod 600 it");
      return std::nullopt;
    }
    std::string pem(k_max_key_bytes + 1, '\0');
    const ssize_t size = ::read(file, pem.data(), pem.size());
    if (size < 0 || static_cast<std::size_t>(size) > k_max_key_bytes) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" cannot be read or is too large");
      return std::nullopt;
    }
    pem.resize(static_cast<std::size_t>(size));
    return pem;
  }

  Variables& m_variables;
  std::vector<std::string>& m_warnings;
};

} // namespace

Secret read_private_key(Variables& variables, std::vector<std::string>& warnings) {
  return KeyReader(variables, warnings).read();
}

} // namespace leadline
