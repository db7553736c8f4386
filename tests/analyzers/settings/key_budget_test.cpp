// Long names around many settings: a megabyte of text must not make gigabytes of keys.
#include "analyzers/settings/key_budget.hpp"

#include "analyzers/settings/extract.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <string>

using namespace leadline;

namespace {

constexpr int k_depth = 20;
constexpr std::size_t k_name = 5'000;

std::string name_at(int depth) { return "n" + std::to_string(depth) + std::string(k_name, 'x'); }

// Blocks in blocks, with as many lines as fit inside of `size` bytes.
std::string nested(std::size_t size, const std::function<std::string(int)>& begin,
                   const std::function<std::string(int)>& line,
                   const std::function<std::string(int)>& end) {
  std::string text;
  for (int depth = 0; depth < k_depth; ++depth) {
    text += begin(depth);
  }
  for (int i = 0; text.size() + k_depth * (k_name + 20) < size; ++i) {
    text += line(i);
  }
  for (int depth = k_depth; depth-- > 0;) {
    text += end(depth);
  }
  return text;
}

std::string in_braces(std::size_t size, const std::string& begin, const std::string& equals,
                      const std::string& ends) {
  return nested(
      size, [&](int depth) { return name_at(depth) + begin; },
      [&](int i) { return "a" + std::to_string(i) + equals + "1" + ends; },
      [&](int) { return "}" + ends; });
}

std::string in_yaml(std::size_t size) {
  return nested(
      size, [](int depth) { return std::string(depth, ' ') + name_at(depth) + ":\n"; },
      [](int i) { return std::string(k_depth, ' ') + "a" + std::to_string(i) + ": 1\n"; },
      [](int) { return std::string(); });
}

std::string in_xml(std::size_t size) {
  return nested(
      size, [](int depth) { return "<" + name_at(depth) + ">\n"; },
      [](int i) {
        const std::string name = "a" + std::to_string(i);
        return "<" + name + ">1</" + name + ">\n";
      },
      [](int depth) { return "</" + name_at(depth) + ">\n"; });
}

std::string in_json(std::size_t size, const std::string& before = "{") {
  return nested(
      size, [&](int depth) { return (depth == 0 ? before : "{") + "\"" + name_at(depth) + "\": "; },
      [](int i) { return (i == 0 ? "{\"a" : "\"a") + std::to_string(i) + "\": 1,\n"; },
      [](int depth) { return depth == k_depth - 1 ? "\"z\": 1}}" : std::string("}"); });
}

std::string in_text_of_program(std::size_t size) {
  return "conf = \"\"\"\n" + in_braces(size, " {\n", " ", ";\n") + "\"\"\"\n";
}

} // namespace

TEST_CASE("long names around many settings are not repeated without end", "[key_budget]") {
  struct Row {
    std::string path, text;
    bool is_unread;
  };
  const std::size_t large = 900'000;
  const std::size_t code = 500'000;
  const Row row = GENERATE_COPY(values<Row>({
      {"a.yaml", in_yaml(large), true},
      {"a.xml", in_xml(large), true},
      {"a.json", in_json(large), true},
      {"nginx.conf", in_braces(large, " {\n", " ", ";\n"), true},
      {"a.tf", in_braces(code, " {\n", " = ", "\n"), true},
      {"a.jsonnet", in_json(code), true},
      {"a.py", in_json(code, "conf = {"), true},
      {"b.py", in_text_of_program(250'000), true},
      {"build.gradle", in_braces(code, " {\n", " = ", "\n"), true},
  }));
  CAPTURE(row.path);
  const Extraction found = extract(detect_kind(row.path, row.text), row.path, row.text, {});
  std::size_t bytes = 0;
  for (const Setting& setting : found.settings) {
    bytes += setting.key.text().size();
  }
  CHECK(bytes <= 2 * KeyBudget::k_most_bytes);
  CHECK(found.unread.empty() != row.is_unread);
}

TEST_CASE("names of programs are cut at their end and stay apart", "[key_budget]") {
  const std::string usual(180, 'x');
  CHECK(bounded_segment(usual) == usual);
  const std::string one = bounded_segment(usual + "1");
  CHECK(one.size() < 180);
  CHECK(one != bounded_segment(usual + "2"));
  CHECK(one.substr(0, 140) == usual.substr(0, 140));
  std::string accented = "a";
  while (accented.size() < 200) {
    accented += "\u00e9"; // of two bytes, the second one where names are cut
  }
  CHECK(bounded_segment(accented).starts_with(accented.substr(0, 139) + "~"));
}
