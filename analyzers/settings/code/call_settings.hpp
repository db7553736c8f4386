#pragma once

#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// A call, constructor or annotation, taken apart.
struct Call {
  std::string callee; // "config.setMaximumPoolSize", "k8s.apps.v1.Deployment": arguments of earlier
                      // calls left out
  std::string name;   // its last part
  int arguments = -1; // node; -1 when there are none
  std::vector<int> values; // the arguments, unwrapped; keyword arguments as they are
  bool creates = false;    // with `new`, or a name in UpperCamelCase
};
Call call_of(const SyntaxTree& tree, int node);

// Whether a call only passes on what it is given: `Object.freeze({...})`, `int("5")`,
// `Map.of(...)`.
bool passes_on(const Call& call);

// What a setter sets: "MaxOpenConns" of `db.SetMaxOpenConns(...)`; "" of any other call.
std::string_view set_by(const Call& call);

// The settings that a call's positional arguments state: `setMaxOpenConns(20)`,
// `.maxConnections(20)`, `flag.Int("max-conns", 20, "help")`, `add_argument("--workers",
// default=4)`, `ENV.fetch("X", 5)`, `env::var("X").unwrap_or("20")`. Keyword arguments and literals
// inside are left to the caller.
std::vector<Setting> settings_of_call(const SyntaxTree& tree, const Call& call);

} // namespace leadline
