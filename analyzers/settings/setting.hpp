#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Where a setting stands: {"spec", "containers[web]", "resources", "limits", "memory"},
// {"pgbouncer", "max_client_conn"}. An item of a list carries in brackets its name, id or key where
// it has one, else its 0-based place. A segment may itself hold dots (Kubernetes annotations, Java
// properties). In a name/value pair
// ("- name: POOL_SIZE / value: 20", <property name="x" value="1"/>) the name takes the place of
// item and "value":
// {..., "env", "POOL_SIZE"} = 20. Blocks with an argument carry it in brackets: "location[/api]",
// "backend[web]".
struct KeyPath {
  std::vector<std::string> segments;

  std::string text() const;      // joined with '.'
  std::string_view leaf() const; // last segment without its brackets; "" when empty
  // Equal but for list places: "ports[0].port" and "ports[1].port" have one shape "ports[].port".
  std::string shape() const;

  bool operator==(const KeyPath&) const = default;
};

// How the value was written, as far as the syntax tells. A list of scalars on one line is one value
// ("[80, 443]"); its items that are flags or assignments are settings of their own, too. The items
// of a list over several lines are settings each.
enum class ValueSyntax { plain, quoted, list, block };

// A key with a scalar value that a program reads, as one version of a file states it.
struct Setting {
  KeyPath key;
  std::string value; // without quotes, trailing comment, trailing comma; bytes as in the file
  ValueSyntax syntax = ValueSyntax::plain;
  int first_line = 0;  // 1-based, of the value's first line (of the key when the value is empty)
  int last_line = 0;   // 1-based, inclusive
  std::string context; // what tells systems apart beyond the path: the callee, the resource type,
                       // the image; often ""
  // Which of the settings of its version of the file with this key it is (places.hpp):
  // "Deployment/shop/payments", "number 2 of 3"; "" where the file has one thing and the key once.
  std::string place = {};

  bool operator==(const Setting&) const = default;
};

} // namespace leadline
