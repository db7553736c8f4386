#pragma once

#include <string_view>

namespace leadline {

// What a syntax node is to someone who looks for settings, whatever the language.
enum class NodeRole {
  other,
  binding,   // a name gets a value: assignment, declaration, default of a parameter
  entry,     // a key inside something: pair, keyword argument, field of a struct literal
  object,    // holds entries; holds items where it has no keys
  list,      // holds items
  typed,     // an object with its type written in front: http.Server{...}
  call,      // function, method, constructor, annotation
  arguments, // of a call
  string,
  number,
  word,    // true, null, ...
  name,    // an identifier: a value only when it is a constant's
  member,  // a.b, a::b: a value when it is a constant of an enumeration
  wrapper, // says nothing itself: parentheses, casts, awaits
  unary,
  binary,
  choice,    // one of its parts is the value: a ? b : c
  type,      // class or struct: what its members are told apart by
  scope,     // function or block: paths start anew inside
  tokens,    // Rust's token trees
  command,   // of a shell
  expansion, // ${X:-20} of a shell
  tag,       // of a Go struct field
};

NodeRole role_of(std::string_view kind, std::string_view field);

} // namespace leadline
