#include "analyzers/settings/code/guard_code.hpp"

#include "analyzers/settings/code/literal_text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace leadline {
namespace {

enum class Where { call, decorator, both };

struct Row {
  std::string_view name;
  Where where;
  std::string_view key;
  Access access;
};

// https://docs.djangoproject.com/en/stable/topics/auth/default/#the-login-required-decorator,
// https://docs.djangoproject.com/en/stable/ref/csrf/#utilities,
// https://docs.spring.io/spring-security/reference/servlet/authorization/authorize-http-requests.html,
// https://docs.spring.io/spring-security/reference/servlet/authorization/method-security.html,
// https://jakarta.ee/specifications/annotations/ (RolesAllowed, PermitAll, DenyAll),
// https://learn.microsoft.com/aspnet/core/security/authorization/simple,
// https://learn.microsoft.com/aspnet/core/security/anti-request-forgery,
// https://learn.microsoft.com/aspnet/core/fundamentals/middleware/,
// https://docs.nestjs.com/guards, https://helmetjs.github.io,
// https://api.rubyonrails.org/classes/ActionController/RequestForgeryProtection/ClassMethods.html,
// https://flask-jwt-extended.readthedocs.io/en/stable/api.html.
constexpr auto k_rows = std::to_array<Row>({
    {"AllowAnonymous", Where::both, "access", Access::open},
    {"Authenticated", Where::decorator, "access", Access::closed},
    {"Authorize", Where::decorator, "access", Access::closed},
    {"AutoValidateAntiforgeryToken", Where::decorator, "csrf", Access::closed},
    {"DenyAll", Where::decorator, "access", Access::closed},
    {"IgnoreAntiforgeryToken", Where::decorator, "csrf", Access::open},
    {"PermitAll", Where::decorator, "access", Access::open},
    {"PreAuthorize", Where::decorator, "access", Access::closed},
    {"RequireAuthorization", Where::call, "access", Access::closed},
    {"RolesAllowed", Where::decorator, "access", Access::closed},
    {"Secured", Where::decorator, "access", Access::closed},
    {"UseAntiforgery", Where::call, "UseAntiforgery", Access::closed},
    {"UseAuthentication", Where::call, "UseAuthentication", Access::closed},
    {"UseAuthorization", Where::call, "UseAuthorization", Access::closed},
    {"UseGuards", Where::decorator, "access", Access::closed},
    {"UseHsts", Where::call, "UseHsts", Access::closed},
    {"UseHttpsRedirection", Where::call, "UseHttpsRedirection", Access::closed},
    {"UseRateLimiter", Where::call, "UseRateLimiter", Access::closed},
    {"ValidateAntiForgeryToken", Where::decorator, "csrf", Access::closed},
    {"auth_required", Where::decorator, "access", Access::closed},
    {"authenticated", Where::call, "access", Access::closed},
    {"csrf_exempt", Where::decorator, "csrf", Access::open},
    {"csrf_protect", Where::decorator, "csrf", Access::closed},
    {"csurf", Where::call, "csurf", Access::closed},
    {"denyAll", Where::call, "access", Access::closed},
    {"fullyAuthenticated", Where::call, "access", Access::closed},
    {"hasAnyAuthority", Where::call, "access", Access::closed},
    {"hasAnyRole", Where::call, "access", Access::closed},
    {"hasAuthority", Where::call, "access", Access::closed},
    {"hasRole", Where::call, "access", Access::closed},
    {"helmet", Where::call, "helmet", Access::closed},
    {"jwt_required", Where::decorator, "access", Access::closed},
    {"login_required", Where::decorator, "access", Access::closed},
    {"permission_required", Where::decorator, "access", Access::closed},
    {"permitAll", Where::call, "access", Access::open},
    {"protect_from_forgery", Where::call, "csrf", Access::closed},
    {"requires_csrf_token", Where::decorator, "csrf", Access::closed},
    {"roles_required", Where::decorator, "access", Access::closed},
    {"skip_forgery_protection", Where::call, "csrf", Access::open},
    {"staff_member_required", Where::decorator, "access", Access::closed},
    {"token_required", Where::decorator, "access", Access::closed},
    {"user_passes_test", Where::decorator, "access", Access::closed},
});
static_assert(std::is_sorted(k_rows.begin(), k_rows.end(),
                             [](const Row& a, const Row& b) { return a.name < b.name; }));

const Row* row_of(std::string_view name) {
  const auto row = std::lower_bound(k_rows.begin(), k_rows.end(), name,
                                    [](const Row& a, std::string_view b) { return a.name < b; });
  return row != k_rows.end() && row->name == name ? &*row : nullptr;
}

std::string_view last_part(std::string_view name) {
  const std::size_t part = name.find_last_of(".:");
  return part == std::string_view::npos ? name : name.substr(part + 1);
}

} // namespace

std::string_view guard_key(std::string_view callee, MarkForm form) {
  const std::string_view name = last_part(callee);
  if (form == MarkForm::call && name == "disable") { // http.csrf(csrf -> csrf.disable())
    callee.remove_suffix(std::min(callee.size(), name.size() + 1));
    const std::string_view what = last_part(callee);
    return what == "csrf" || what == "headers" || what == "frameOptions" ? what
                                                                         : std::string_view();
  }
  const Row* row = row_of(name);
  if (row == nullptr ||
      (row->where != Where::both && (row->where == Where::call) != (form == MarkForm::call))) {
    return {};
  }
  // `user.authenticated()` of a program's own class asks; Spring's stands at the end of a rule.
  const bool of_rule = callee.find("equest") != std::string_view::npos ||
                       callee.find("xchange") != std::string_view::npos ||
                       callee.find("atcher") != std::string_view::npos ||
                       callee.find("ndpoint") != std::string_view::npos ||
                       callee.find("Map") != std::string_view::npos;
  const bool chained = form == MarkForm::call && row->key == "access";
  return chained && !of_rule ? std::string_view() : row->key;
}

Access access_of(std::string_view value) {
  while (!value.empty() && (value.front() == '@' || value.front() == ':' || value.front() == '"' ||
                            value.front() == '\'')) {
    value.remove_prefix(1);
  }
  if (value == "[]" || value == "()" || value.ends_with(".disable()")) {
    return Access::open;
  }
  const std::string_view name = last_part(value.substr(0, value.find_first_of("(\"'")));
  if (name == "AllowAny" || name == "AllowAnonymous") {
    return Access::open;
  }
  const Row* row = row_of(name);
  return row != nullptr ? row->access : Access::unknown;
}

bool lists_permissions(std::string_view key) {
  std::vector<std::string> words = identifier_words(key.substr(0, key.find('[')));
  if (words.size() > 2) {
    words.erase(words.begin(), words.end() - 2); // DEFAULT_PERMISSION_CLASSES
  }
  return words.size() == 2 && (words[0] == "permission" || words[0] == "permissions") &&
         words[1] == "classes";
}

} // namespace leadline
