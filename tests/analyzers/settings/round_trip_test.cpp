#include "analyzers/settings/extract.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace leadline;

namespace {

// Key path and value of what is printed.
using Printed = std::vector<std::pair<std::vector<std::string>, std::string>>;

class Source {
public:
  explicit Source(unsigned seed) : m_random(seed) {}

  std::size_t below(std::size_t limit) { return m_random() % limit; }

  std::string name() {
    std::string text;
    for (std::size_t i = 3 + below(8); i > 0; --i) {
      text.push_back("abcdefghijklmopqrstuvwxyz_"[below(26)]);
    }
    if (text.front() == '_') {
      text.front() = 'k';
    }
    return text + std::to_string(m_next++); // unique, so that nothing overrides
  }

  std::string value() {
    switch (below(5)) {
    case 0:
      return std::to_string(below(100000));
    case 1:
      return std::to_string(below(500)) + "MB";
    case 2:
      return "/srv/" + name();
    case 3:
      return name() + ".example.com";
    default:
      return below(2) == 0 ? "true" : "false";
    }
  }

private:
  std::mt19937 m_random;
  int m_next = 0;
};

struct Print {
  const char* what;
  const char* path;
  std::function<std::string(Source&, Printed&)> make;
};

// `key separator value end` lines, with comments and empty lines between.
std::string flat(Source& source, Printed& printed, const std::string& separator,
                 const std::string& end, const std::string& comment,
                 const std::vector<std::string>& parent = {}, const std::string& quote = "") {
  std::string text;
  for (std::size_t i = 1 + source.below(6); i > 0; --i) {
    if (source.below(4) == 0) {
      text += comment + " " + source.name() + separator + "9\n\n";
    }
    const std::string key = source.name();
    const std::string value = source.value();
    text += key + separator + quote + value + quote + end + "\n";
    std::vector<std::string> path = parent;
    path.push_back(key);
    printed.push_back({path, value});
  }
  return text;
}

// Mappings in mappings as YAML indents or JSON brackets them.
void nested(Source& source, Printed& printed, std::vector<std::string>& path, int depth,
            std::string& text, bool json) {
  const std::string indent(path.size() * 2 + (json ? 2 : 0), ' ');
  const std::size_t entries = 1 + source.below(3);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::string key = source.name();
    path.push_back(key);
    const std::string last = json && i + 1 < entries ? "," : "";
    text += indent + (json ? "\"" + key + "\":" : key + ":");
    if (depth > 0 && source.below(2) == 0) {
      text += json ? " {\n" : "\n";
      nested(source, printed, path, depth - 1, text, json);
      text += json ? indent + "}" + last + "\n" : "";
    } else {
      const std::string value = source.value();
      text += json ? " \"" + value + "\"" + last + "\n" : " " + value + "\n";
      printed.push_back({path, value});
    }
    path.pop_back();
  }
}

std::vector<Print> prints() {
  const auto sections = [](const std::string& open, const std::string& close, const char* separator,
                           const char* end, bool quoted) {
    return [=](Source& source, Printed& printed) {
      std::string text;
      for (std::size_t i = 1 + source.below(3); i > 0; --i) {
        const std::string section = source.name();
        text += open + section + (close == "]" ? "]\n" : " {\n");
        text += flat(source, printed, separator, end, "#", {section}, quoted ? "\"" : "");
        text += close == "}" ? "}\n" : "";
      }
      return text;
    };
  };
  return {
      {"yaml", "a.yaml",
       [](Source& source, Printed& printed) {
         std::string text;
         std::vector<std::string> path;
         nested(source, printed, path, 4, text, false);
         return text;
       }},
      {"json", "a.json",
       [](Source& source, Printed& printed) {
         std::string text = "{\n";
         std::vector<std::string> path;
         nested(source, printed, path, 4, text, true);
         return text + "}\n";
       }},
      {"toml", "a.toml", sections("[", "]", " = ", "", true)},
      {"ini", "a.ini", sections("[", "]", " = ", "", false)},
      {"systemd", "a.service", sections("[", "]", "=", "", false)},
      {"nginx", "nginx.conf", sections("", "}", " ", ";", false)},
      {"hcl", "a.tf",
       [](Source& source, Printed& printed) {
         const std::string name = source.name();
         return "resource \"t\" \"" + name + "\" {\n" +
                flat(source, printed, " = ", "", "#", {"resource", "t[" + name + "]"}, "\"") +
                "}\n";
       }},
      {"properties", "a.properties",
       [](Source& s, Printed& p) { return flat(s, p, "=", "", "#"); }},
      {"dotenv", ".env", [](Source& s, Printed& p) { return flat(s, p, "=", "", "#"); }},
      {"key value", "postgresql.conf",
       [](Source& s, Printed& p) { return flat(s, p, " = ", "", "#"); }},
      {"directives", "redis.conf", [](Source& s, Printed& p) { return flat(s, p, " ", "", "#"); }},
      {"python", "a.py",
       [](Source& s, Printed& p) { return flat(s, p, " = ", "", "#", {}, "\""); }},
      {"ruby", "a.rb", [](Source& s, Printed& p) { return flat(s, p, " = ", "", "#", {}, "\""); }},
      {"shell", "a.sh", [](Source& s, Printed& p) { return flat(s, p, "=", "", "#", {}, "\""); }},
      {"groovy", "a.gradle",
       [](Source& s, Printed& p) { return flat(s, p, " = ", "", "//", {}, "'"); }},
      {"jsonnet", "a.jsonnet",
       [](Source& s, Printed& p) {
         std::string inside = flat(s, p, ": ", ",", "//", {}, "'");
         return "{\n" + inside + "}\n";
       }},
      {"xml", "a.xml",
       [](Source& source, Printed& printed) {
         std::string text = "<root>\n";
         for (std::size_t i = 1 + source.below(6); i > 0; --i) {
           const std::string key = source.name();
           const std::string value = source.value();
           text += "  <" + key + ">" + value + "</" + key + ">\n";
           printed.push_back({{"root", key}, value});
         }
         return text + "</root>\n";
       }},
      {"erlang", "rabbitmq.config",
       [](Source& source, Printed& printed) {
         std::string text = "[{rabbit, [\n";
         for (std::size_t i = 1 + source.below(6); i > 0; --i) {
           const std::string key = source.name();
           const std::string value = source.value();
           text += "  {" + key + ", \"" + value + "\"}" + (i > 1 ? "," : "") + "\n";
           printed.push_back({{"rabbit", key}, value});
         }
         return text + "]}].\n";
       }},
  };
}

} // namespace

TEST_CASE("what is printed in a format is read back, each setting with its path and value",
          "[round_trip]") {
  for (const Print& print : prints()) {
    for (unsigned seed = 0; seed < 60; ++seed) {
      Source source(seed);
      Printed printed;
      const std::string text = print.make(source, printed);
      CAPTURE(print.what, seed, text);
      const std::vector<Setting> found =
          extract_settings(detect_kind(print.path, text), print.path, text, {});
      std::map<std::vector<std::string>, std::string> values;
      for (const Setting& setting : found) {
        values.emplace(setting.key.segments, setting.value);
      }
      for (const auto& [path, value] : printed) {
        CAPTURE(path, value);
        REQUIRE(values.count(path) == 1);
        CHECK(values[path] == value);
      }
      // What else is read is a part of a value: a host, a flag.
      for (const auto& [path, value] : values) {
        CAPTURE(path, value);
        CHECK(std::any_of(printed.begin(), printed.end(), [&, p = &path](const auto& row) {
          return row.first.size() <= p->size() &&
                 std::equal(row.first.begin(), row.first.end(), p->begin());
        }));
      }
      CHECK(found == extract_settings(detect_kind(print.path, text), print.path, text, {}));
    }
  }
}
