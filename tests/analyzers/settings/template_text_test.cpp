#include "analyzers/settings/template_text.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a template's value stands for the defaults that it names", "[template_text]") {
  struct Row {
    const char* what;
    const char* value;
    std::optional<std::string> expected;
  };
  const std::vector<Row> rows = {
      {"Jinja", "{{ t | default(300) }}", "300"},
      {"Jinja with a unit behind", "{{ t | default(30) }}s", "30s"},
      {"Jinja's short name", "{{ t|d('a b') }}", "a b"},
      {"Jinja's second argument", "{{ t | default(5, true) }}", "5"},
      {"Helm behind", "{{ .Values.n | default 3 }}", "3"},
      {"Helm in front", "{{ default 30 .Values.n | quote }}", "30"},
      {"ERB with a block", "<%= ENV.fetch(\"N\") { 5 } %>", "5"},
      {"ERB with an argument", "<%= ENV.fetch('N', 5) %>", "5"},
      {"ERB with ||", "<%= ENV['N'] || 5 %>", "5"},
      {"Spring", "${pool.size:20}", "20"},
      {"shell", "${POOL:-20}", "20"},
      {"shell that demands a value", "${POOL:?no pool}", std::nullopt},
      {"two of them", "{{ h | default('db') }}:{{ p | default(5432) }}", "db:5432"},
      {"one without a default", "{{ h }}:{{ p | default(5432) }}", std::nullopt},
      {"a default that is a variable", "{{ t | default(other) }}", std::nullopt},
      {"no template", "300", std::nullopt},
      {"never closed", "{{ t | default(300)", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(with_defaults(row.value) == row.expected);
  }
}
