#pragma once

#include <string_view>

namespace leadline {

// Code that says by a name alone who may do something: decorators and annotations
// (`@login_required`, `[AllowAnonymous]`, `@PreAuthorize(...)`), calls (`.authenticated()`,
// `.permitAll()`, `csrf.disable()`) and layers that a program puts in front of itself (`helmet()`,
// `UseAuthentication()`). They are read as settings, so that one that goes or is replaced is seen.
enum class MarkForm { call, decorator };

// The key that the name stands for: "access", "csrf", "headers", or the name of the layer; "" when
// the name says nothing of the kind. `callee` is without arguments, receivers before it with dots.
std::string_view guard_key(std::string_view callee, MarkForm form);

enum class Access { open, closed, unknown };

// What a value of such a key, or one class of a framework's list of permissions, says: "AllowAny",
// "permitAll()" and "[]" are open.
Access access_of(std::string_view value);

// Keys whose value is a list of classes that decide who gets in: Django REST framework's
// permission_classes (https://www.django-rest-framework.org/api-guide/permissions/).
bool lists_permissions(std::string_view key);

} // namespace leadline
