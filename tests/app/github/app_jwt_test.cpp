#include "app/github/app_jwt.hpp"

#include "base/error.hpp"
#include "base/handle.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

using namespace leadline;

namespace {

using Bio = Handle<BIO, BIO_free_all>;
using Key = Handle<EVP_PKEY, EVP_PKEY_free>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pkcs8(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

std::string pkcs1(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey_traditional(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(text.data()),
      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
  return text;
}

std::string from_base64url(std::string text) {
  for (char& c : text) {
    c = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  bytes.resize(bytes.size() - padding);
  return bytes;
}

EVP_PKEY* test_key() {
  static const Key key(EVP_RSA_gen(2048));
  return key.get();
}

bool verifies(const std::string& jwt) {
  const std::size_t dot = jwt.rfind('.');
  const std::string signature = from_base64url(jwt.substr(dot + 1));
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, test_key());
  const int result =
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(jwt.data()), dot);
  EVP_MD_CTX_free(context);
  return result == 1;
}

} // namespace

TEST_CASE("a JWT is signed by the key in every form that people store it in", "[app_jwt]") {
  std::string one_line = pkcs1(test_key());
  for (std::size_t at = one_line.find('\n'); at != std::string::npos;
       at = one_line.find('\n', at)) {
    one_line.replace(at, 1, "\\n");
  }
  const std::vector<std::pair<const char*, std::string>> rows = {
      {"PKCS#1", pkcs1(test_key())},
      {"PKCS#8", pkcs8(test_key())},
      {"with escaped line ends", one_line},
      {"base64", base64(pkcs1(test_key()))},
  };
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1'700'000'000)};
  for (const auto& [what, pem] : rows) {
    CAPTURE(what);
    const std::string jwt = AppJwt::create("4711", Secret(pem))->issue(now).reveal();
    CHECK(verifies(jwt));
    const std::size_t first = jwt.find('.');
    const nlohmann::json header = nlohmann::json::parse(from_base64url(jwt.substr(0, first)));
    const nlohmann::json claims =
        nlohmann::json::parse(from_base64url(jwt.substr(first + 1, jwt.rfind('.') - first - 1)));
    CHECK(header == nlohmann::json{{"alg", "RS256"}, {"typ", "JWT"}});
    CHECK(claims ==
          nlohmann::json{{"iss", "4711"}, {"iat", 1'699'999'940}, {"exp", 1'700'000'540}});
  }
}

TEST_CASE("a key that cannot be used is named without a byte of it", "[app_jwt]") {
  const Key small(EVP_RSA_gen(1024));
  const Key elliptic(EVP_EC_gen("P-256"));
  const Bio encrypted(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(encrypted.get(), test_key(), EVP_aes_128_cbc(), "secret", 6,
                                nullptr, nullptr);
  const Bio open(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(open.get(), test_key());
  const std::string whole = pkcs1(test_key());
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", "not PEM"},
      {"MIIEvQIBADANBgkq", "not PEM"},
      {whole.substr(0, whole.size() / 2), "cut short"},
      {text_of(encrypted.get()), "passphrase"},
      {text_of(open.get()), "public key"},
      {pkcs8(elliptic.get()), "not an RSA key"},
      {pkcs8(small.get()), "1024 bits"},
  };
  for (const auto& [pem, expected] : rows) {
    CAPTURE(expected);
    try {
      AppJwt::create("1", Secret(pem));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::bad_input);
      CHECK(std::string(error.what()).find(expected) != std::string::npos);
      const std::string body = pem.substr(std::min<std::size_t>(pem.size(), 64), 20);
      CHECK((body.empty() || std::string(error.what()).find(body) == std::string::npos));
    }
  }
  CHECK_THROWS_AS(AppJwt::create("", Secret(whole)), Error);
}
