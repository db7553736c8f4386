#include "app/github/app_jwt.hpp"

#include "base/error.hpp"
#include "base/handle.hpp"

#include <nlohmann/json.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <vector>

namespace leadline {
namespace {

using Bio = Handle<BIO, BIO_free_all>;
using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
using DigestContext = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

constexpr int k_min_key_bits = 2048;
constexpr std::chrono::seconds k_drift{60};
constexpr std::chrono::minutes k_lifetime{9};

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');
  const int written =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(written));
  return text;
}

// Base64 with the alphabet for URLs and without padding (RFC 7515, section 2).
std::string base64url(const unsigned char* bytes, std::size_t size) {
  std::string text = base64(bytes, size);
  for (char& c : text) {
    c = c == '+' ? '-' : c == '/' ? '_' : c;
  }
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

std::string base64url(const std::string& text) {
  return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

// "" when `text` is no base64.
std::string from_base64(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  if (text.empty() || text.size() % 4 != 0) {
    return {};
  }
  std::string bytes(text.size() / 4 * 3, '\0');
  const int written = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<const unsigned char*>(text.data()),
                                      static_cast<int>(text.size()));
  return written < 0 ? std::string() : bytes;
}

std::string normalized_pem(const std::string& given) {
  std::string pem = given;
  if (pem.find("-----BEGIN") == std::string::npos) {
    pem = from_base64(pem);
  }
  for (std::size_t at = pem.find("\\n"); at != std::string::npos; at = pem.find("\\n", at)) {
    pem.replace(at, 2, "\n");
  }
  return pem;
}

// A key with a passphrase must not ask for it on the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

Key read_key(const Secret& secret) {
  const std::string pem = normalized_pem(secret.reveal());
  if (pem.find("-----BEGIN") == std::string::npos) {
    throw Error(ErrorKind::bad_input, "the app's private key is not PEM: no \"-----BEGIN\" line");
  }
  if (pem.find("ENCRYPTED") != std::string::npos) {
    throw Error(ErrorKind::bad_input,
                "the app's private key has a passphrase: store it without one");
  }
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error(); // OpenSSL's texts can quote the input
  if (!key) {
    throw Error(ErrorKind::bad_input,
                pem.find("PUBLIC KEY") != std::string::npos
                    ? "the app's private key is a public key"
                    : "the app's private key cannot be read: it is cut short or damaged");
  }
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    throw Error(ErrorKind::bad_input, "the app's private key is not an RSA key");
  }
  if (const int bits = EVP_PKEY_get_bits(key.get()); bits < k_min_key_bits) {
    throw Error(ErrorKind::bad_input,
                "the app's private key has " + std::to_string(bits) + " bits, fewer than 2048");
  }
  return key;
}

class RsaJwt final : public AppJwt {
public:
  RsaJwt(std::string issuer, Key key) : m_issuer(std::move(issuer)), m_key(std::move(key)) {}

  Secret issue(std::chrono::system_clock::time_point now) const override {
    using std::chrono::system_clock;
    const nlohmann::json claims = {{"iat", system_clock::to_time_t(now - k_drift)},
                                   {"exp", system_clock::to_time_t(now + k_lifetime)},
                                   {"iss", m_issuer}};
    const std::string signed_part =
        base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims.dump());
    return Secret(signed_part + "." + signature(signed_part));
  }

private:
  std::string signature(const std::string& text) const {
    const DigestContext context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    if (!context ||
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
      throw std::runtime_error("RS256 is not available from OpenSSL");
    }
    std::vector<unsigned char> signature(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, text.size()) != 1) {
      throw std::runtime_error("OpenSSL could not sign with the app's private key");
    }
    return base64url(signature.data(), size);
  }

  const std::string m_issuer;
  const Key m_key;
};

} // namespace

std::unique_ptr<AppJwt> AppJwt::create(const std::string& issuer, const Secret& pem) {
  if (issuer.empty()) {
    throw Error(ErrorKind::bad_input, "the app's id is empty");
  }
  return std::make_unique<RsaJwt>(issuer, read_key(pem));
}

} // namespace leadline
