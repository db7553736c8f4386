#include "analyzers/settings/code/hash_calls.hpp"

#include "analyzers/settings/code/node_roles.hpp"
#include "base/text.hpp"

#include <array>
#include <string>

namespace leadline {
namespace {

struct HashCall {
  std::string_view name;
  std::string_view callee; // what else the callee says, in lower case; "" nothing
  std::size_t argument;
  std::string_view key;
};
// https://www.npmjs.com/package/bcrypt, https://pypi.org/project/bcrypt/,
// https://pkg.go.dev/golang.org/x/crypto/bcrypt#GenerateFromPassword,
// https://docs.spring.io/spring-security/reference/features/authentication/password-storage.html,
// https://github.com/BcryptNet/bcrypt.net, https://nodejs.org/api/crypto.html,
// https://docs.python.org/3/library/hashlib.html#hashlib.pbkdf2_hmac,
// https://pkg.go.dev/golang.org/x/crypto/pbkdf2#Key,
// https://learn.microsoft.com/dotnet/api/system.security.cryptography.rfc2898derivebytes.
constexpr std::array<HashCall, 14> k_hash_calls = {{
    {"BCryptPasswordEncoder", "", 0, "bcrypt_cost"},
    {"GenerateFromPassword", "bcrypt", 1, "bcrypt_cost"},
    {"HashPassword", "bcrypt", 1, "bcrypt_cost"},
    {"gensalt", "", 0, "bcrypt_cost"},
    {"genSalt", "", 0, "bcrypt_cost"},
    {"genSaltSync", "", 0, "bcrypt_cost"},
    {"hash", "bcrypt", 1, "bcrypt_cost"},
    {"hashSync", "bcrypt", 1, "bcrypt_cost"},
    {"Key", "pbkdf2", 2, "pbkdf2_iterations"},
    {"Rfc2898DeriveBytes", "", 2, "pbkdf2_iterations"},
    {"pbkdf2", "", 2, "pbkdf2_iterations"},
    {"pbkdf2Sync", "", 2, "pbkdf2_iterations"},
    {"pbkdf2_hmac", "", 3, "pbkdf2_iterations"},
    {"PBEKeySpec", "", 2, "pbkdf2_iterations"},
}};

} // namespace

std::optional<HashCost> hash_cost_of(const SyntaxTree& tree, const Call& call) {
  const std::string callee = to_lower(call.callee);
  for (const HashCall& row : k_hash_calls) {
    if (call.name != row.name || callee.find(row.callee) == std::string::npos ||
        call.values.size() <= row.argument) {
      continue;
    }
    const int argument = call.values[row.argument];
    const SyntaxNode& node = tree.nodes[static_cast<std::size_t>(argument)];
    const NodeRole role = role_of(node.kind, node.field);
    const bool is_keyword = role == NodeRole::entry || role == NodeRole::binding;
    std::optional<Scalar> value = is_keyword ? std::nullopt : scalar_of(tree, argument);
    if (value && value->is_number) {
      return HashCost{row.key, std::move(*value), argument};
    }
  }
  return std::nullopt;
}

} // namespace leadline
