#include "analyzers/settings/code/call_settings.hpp"

#include "analyzers/settings/code/callee_words.hpp"
#include "analyzers/settings/code/hash_calls.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/code/node_roles.hpp"
#include "analyzers/settings/code/scalar.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace leadline {
namespace {

const SyntaxNode& at(const SyntaxTree& tree, int node) {
  return tree.nodes[static_cast<std::size_t>(node)];
}

NodeRole role(const SyntaxTree& tree, int node) {
  return role_of(at(tree, node).kind, at(tree, node).field);
}

std::string_view without_dashes(std::string_view name) {
  while (!name.empty() && name[0] == '-') {
    name.remove_prefix(1);
  }
  return name;
}

Setting make(const SyntaxTree& tree, std::string_view key, const Scalar& scalar, int first,
             int last, const Call& call) {
  Setting setting;
  setting.key.segments.emplace_back(key);
  setting.value = scalar.text;
  setting.syntax = scalar.syntax;
  setting.first_line = at(tree, first).first_line;
  setting.last_line = at(tree, last).last_line;
  setting.context = call.callee;
  return setting;
}

bool is_keyword(const SyntaxTree& tree, int node) {
  return role(tree, node) == NodeRole::entry || role(tree, node) == NodeRole::binding;
}

// `"name", value` among the arguments.
std::optional<Setting> name_and_value(const SyntaxTree& tree, const Call& call) {
  if (call.creates || never_names_setting(call.name)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < call.values.size() && i < 3; ++i) {
    if (role(tree, call.values[i]) != NodeRole::string) {
      continue;
    }
    const std::optional<Scalar> name = scalar_of(tree, call.values[i]);
    if (!name || !is_key_like(without_dashes(name->text))) {
      return std::nullopt;
    }
    const std::string_view key = without_dashes(name->text);
    if (i + 1 < call.values.size() && !is_keyword(tree, call.values[i + 1])) {
      const std::optional<Scalar> value = scalar_of(tree, call.values[i + 1]);
      return value ? std::optional(
                         make(tree, key, *value, call.values[i + 1], call.values[i + 1], call))
                   : std::nullopt;
    }
    for (const int argument : call.values) {
      const Parts parts = parts_of(tree, argument);
      if (!is_keyword(tree, argument) || parts.key < 0 || parts.value < 0) {
        continue;
      }
      const std::string_view word = tree.text_of(parts.key);
      if (word == "default" || word == "default_value" || word == "defaultValue") {
        const std::optional<Scalar> value = scalar_of(tree, parts.value);
        return value ? std::optional(make(tree, key, *value, parts.value, parts.value, call))
                     : std::nullopt;
      }
    }
    return std::nullopt;
  }
  return std::nullopt;
}

// `setMaxOpenConns(20)`, `maxConnections(20)`, `connectTimeout(5, TimeUnit.SECONDS)`,
// `WithTimeout(ctx, 5*time.Second)`
std::optional<Setting> setter(const SyntaxTree& tree, const Call& call) {
  const std::string_view key = without_setter(call.name);
  const bool is_setter = key != call.name;
  const bool origins = names_origins(call.name);
  const bool has_bound = key.substr(0, 3) == "Has" && key.size() > 3; // HasMaxLength(2000)
  if (key.size() < 2 || call.values.empty() || call.values.size() > 3 ||
      (!is_setter && !origins && !names_setting(call.name)) ||
      (!is_setter && !has_bound && never_names_setting(call.name))) {
    return std::nullopt;
  }
  std::optional<Scalar> value;
  int first = -1;
  int last = -1;
  for (const int argument : call.values) {
    if (is_keyword(tree, argument)) {
      return std::nullopt;
    }
    std::optional<Scalar> scalar = scalar_of(tree, argument);
    if (!scalar) {
      continue;
    }
    if (value) { // a number and its unit, or the ends of a range: Puma's threads 1, 5
      const bool range = scalar->is_number && call.values.size() == 2 && key == "threads";
      if (!value->is_number || (scalar->is_number && !range) ||
          scalar->syntax != ValueSyntax::plain) {
        return std::nullopt;
      }
      value->text += ", " + scalar->text;
      last = argument;
      continue;
    }
    value = std::move(scalar);
    first = last = argument;
  }
  // A string may be anything; of a builder only numbers and switches are settings.
  if (!value || (!is_setter && !origins && !value->is_number && !value->is_word) ||
      ((is_setter || origins) && call.values.size() > 1 && !value->is_number)) {
    return std::nullopt;
  }
  return make(tree, key, *value, first, last, call);
}

// curl_setopt($c, CURLOPT_SSL_VERIFYPEER, false), c.setopt(pycurl.SSL_VERIFYPEER, 0): the option is
// a constant before its value.
std::optional<Setting> option_call(const SyntaxTree& tree, const Call& call) {
  if ((call.name != "curl_setopt" && call.name != "setopt" && call.name != "setOpt") ||
      call.values.size() < 2) {
    return std::nullopt;
  }
  const int last = call.values.back();
  std::string_view name = tree.text_of(call.values[call.values.size() - 2]);
  const std::size_t part = name.find_last_of(".:");
  name = part == std::string_view::npos ? name : name.substr(part + 1);
  const bool constant = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  const std::optional<Scalar> value = constant ? scalar_of(tree, last) : std::nullopt;
  return value ? std::optional(make(tree, name, *value, last, last, call)) : std::nullopt;
}

// Kafka's clients name their settings by constants: props.put(ProducerConfig.ACKS_CONFIG, "all") is
// acks (https://kafka.apache.org/documentation/#producerconfigs).
std::optional<Setting> named_by_constant(const SyntaxTree& tree, const Call& call) {
  if ((call.name != "put" && call.name != "setProperty" && call.name != "of") ||
      call.values.size() != 2) {
    return std::nullopt;
  }
  std::string_view name = tree.text_of(call.values[0]);
  const std::size_t dot = name.rfind('.');
  name = dot == std::string_view::npos ? name : name.substr(dot + 1);
  constexpr std::string_view k_end = "_CONFIG";
  const bool constant = name.size() > k_end.size() && name.ends_with(k_end) &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                        });
  const std::optional<Scalar> value = constant ? scalar_of(tree, call.values[1]) : std::nullopt;
  if (!value) {
    return std::nullopt;
  }
  std::string key = to_lower(name.substr(0, name.size() - k_end.size()));
  std::replace(key.begin(), key.end(), '_', '.');
  Setting setting = make(tree, key, *value, call.values[1], call.values[1], call);
  setting.context = std::string(tree.text_of(call.values[0])); // whose constant it is
  return setting;
}

// Polly's RetryForever() where Retry(3) may stand, WithOrigins(...) and AllowAnyOrigin() of
// ASP.NET's CORS: what a call's name says takes the place of the number or address
// (https://github.com/App-vNext/Polly/wiki/Retry,
// https://learn.microsoft.com/aspnet/core/security/cors).
std::optional<Setting> said_by_name(const SyntaxTree& tree, const Call& call) {
  constexpr std::string_view k_forever = "Forever";
  const std::size_t forever = call.name.find(k_forever);
  if (forever != std::string::npos && call.name.find("Retry") < forever) {
    std::string key = call.name;
    key.erase(forever, k_forever.size());
    return make(tree, key, Scalar{std::string(k_forever)}, call.arguments, call.arguments, call);
  }
  if (call.name == "AllowAnyOrigin") {
    return make(tree, "Origins", Scalar{"AllowAnyOrigin"}, call.arguments, call.arguments, call);
  }
  return std::nullopt;
}

// Ruby's ENV.fetch("POOL") { 5 }
std::optional<Setting> fetch_with_block(const SyntaxTree& tree, const Call& call, int node) {
  if (call.name != "fetch" || call.values.size() != 1 ||
      role(tree, call.values[0]) != NodeRole::string) {
    return std::nullopt;
  }
  const int block = tree.child(node, "block");
  const std::optional<Scalar> name = scalar_of(tree, call.values[0]);
  if (block < 0 || !name || !is_key_like(name->text)) {
    return std::nullopt;
  }
  std::vector<int> inside = tree.children(block);
  if (inside.size() == 1 && role(tree, inside[0]) == NodeRole::other) {
    inside = tree.children(inside[0]); // the block's body
  }
  if (inside.size() != 1) {
    return std::nullopt;
  }
  const std::optional<Scalar> value = scalar_of(tree, inside[0]);
  return value ? std::optional(make(tree, name->text, *value, inside[0], inside[0], call))
               : std::nullopt;
}

std::optional<Setting> fallback(const SyntaxTree& tree, const Call& call,
                                std::string_view callee_text) {
  const std::string_view variable =
      is_fallback(call.name) ? environment_variable(callee_text) : std::string_view();
  if (variable.empty() || call.arguments < 0) {
    return std::nullopt;
  }
  const int end = std::min(at(tree, call.arguments).subtree_end, call.arguments + 60);
  for (int i = call.arguments; i < end; ++i) {
    if (role(tree, i) == NodeRole::string || role(tree, i) == NodeRole::number) {
      return make(tree, variable, *scalar_of(tree, i), i, i, call);
    }
  }
  return std::nullopt;
}

} // namespace

Call call_of(const SyntaxTree& tree, int node) {
  Call call;
  const SyntaxNode& is = at(tree, node);
  call.arguments = tree.child(node, "arguments");
  for (int i = node + 1; call.arguments < 0 && i < is.subtree_end; i = at(tree, i).subtree_end) {
    if (role(tree, i) == NodeRole::arguments) {
      call.arguments = i;
    }
  }
  const int initializer = tree.child(node, "initializer");
  const std::uint32_t end = call.arguments >= 0 ? at(tree, call.arguments).begin
                            : initializer >= 0  ? at(tree, initializer).begin
                                                : is.end;
  const std::string_view text = tree.text.substr(is.begin, end - is.begin);
  call.callee = flat_callee(text);
  while (!call.callee.empty() && (call.callee.back() == '.' || call.callee.back() == ':')) {
    call.callee.pop_back();
  }
  std::string_view name = call.callee;
  if (name.size() > 4 && name.substr(name.size() - 4) == ".new") { // Ruby
    name = name.substr(0, name.size() - 4);
    call.creates = true;
  }
  const std::size_t dot = name.find_last_of(".:");
  call.name = std::string(dot == std::string_view::npos ? name : name.substr(dot + 1));
  call.creates = call.creates || text.substr(0, 4) == "new " || is.kind == "new_expression";
  if (call.arguments >= 0 && role(tree, call.arguments) != NodeRole::tokens) {
    for (const int argument : tree.children(call.arguments)) {
      call.values.push_back(unwrapped(tree, argument));
    }
  }
  return call;
}

bool passes_on(const Call& call) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"Arc",        "Box",       "Number",    "Ok",           "Optional", "Output",    "Rc",
       "Some",       "String",    "Vec",       "apply",        "array",    "arrayOf",   "asList",
       "bool",       "concat",    "deepMerge", "defineConfig", "dict",     "float",     "freeze",
       "from",       "hashMapOf", "int",       "intval",       "join",     "lazy",      "list",
       "listOf",     "mapOf",     "merge",     "mutableMapOf", "of",       "ofEntries", "output",
       "parseFloat", "parseInt",  "seal",      "secret",       "str",      "toInt",     "to_f",
       "to_i",       "to_s",      "to_string", "toString",     "tuple",    "valueOf"});
  return std::find(names.begin(), names.end(), call.name) != names.end();
}

std::string_view set_by(const Call& call) {
  const std::string_view key = without_setter(call.name);
  return key == call.name ? std::string_view() : key;
}

std::vector<Setting> settings_of_call(const SyntaxTree& tree, const Call& call) {
  std::vector<Setting> settings;
  if (call.arguments < 0 || call.name.empty()) {
    return settings;
  }
  const int node = at(tree, call.arguments).parent;
  const std::string_view callee_text =
      tree.text.substr(at(tree, node).begin, at(tree, call.arguments).begin - at(tree, node).begin);
  if (std::optional<Setting> found = fallback(tree, call, callee_text)) {
    settings.push_back(std::move(*found));
  } else if (std::optional<Setting> fetched = fetch_with_block(tree, call, node)) {
    settings.push_back(std::move(*fetched));
  } else if (std::optional<Setting> option = option_call(tree, call)) {
    settings.push_back(std::move(*option));
  } else if (const std::optional<HashCost> cost = hash_cost_of(tree, call)) {
    settings.push_back(make(tree, cost->key, cost->value, cost->argument, cost->argument, call));
  } else if (std::optional<Setting> by_name = said_by_name(tree, call)) {
    settings.push_back(std::move(*by_name));
  } else if (std::optional<Setting> by_constant = named_by_constant(tree, call)) {
    settings.push_back(std::move(*by_constant));
  } else if (std::optional<Setting> named = name_and_value(tree, call)) {
    settings.push_back(std::move(*named));
  } else if (std::optional<Setting> set = setter(tree, call)) {
    settings.push_back(std::move(*set));
  }
  return settings;
}

} // namespace leadline
