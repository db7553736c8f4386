#include "analyzers/settings/code/read_code.hpp"
#include "analyzers/settings/embedded.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

using namespace leadline;

namespace {

constexpr Format k_formats[] = {
    Format::typescript, Format::javascript, Format::python,  Format::go,        Format::java,
    Format::kotlin,     Format::ruby,       Format::csharp,  Format::rust,      Format::php,
    Format::shell,      Format::hcl,        Format::jsonnet, Format::dockerfile};

const std::string k_samples[] = {
    "const a = { b: [1, 'x', `k = ${c}\nd = 2\n`], e: f({ g: 5 * 60 }) };\nnew P('n', { max: 20 "
    "});\n",
    "class A(B):\n    t = 5\n    def f(self, a=1): self.x = {'y': os.environ.get('P', '5')}\n",
    "package m\nvar s = &http.Server{T: 5 * time.Second}\nfunc f() { db.SetMax(20); x := "
    "`a=1\nb=2\n` }\n",
    "resource \"a\" \"b\" {\n  c = <<EOF\n  d = 1\nEOF\n  e = [1, { f = \"${g(\"h\")}\" }]\n}\n",
    "FROM a:1 AS b\nENV A=1 \\\n  B=2\nHEALTHCHECK --interval=5s CMD x\n",
    "@R(a = 3) class C { int x = 5; void f() { a.b().setC(20, T.S); } }\n",
    "<?php\n$a['b'] = ['c' => <<<E\nd = 1\nE\n];\n",
    "export A=\"${B:-5}\"\ncmd --x=1 <<E\nf = 1\nE\n",
};

// Lines are of the text, keys are there: what every reader promises whatever it reads.
void check(Format format, const std::string& text) {
  std::vector<Setting> settings = read_code(format, "file", text, {});
  expand_embedded(settings);
  int last = 0;
  int lines = 1;
  for (const char c : text) {
    lines += c == '\n' ? 1 : 0;
  }
  for (const Setting& setting : settings) {
    if (setting.key.segments.empty() || setting.first_line < 1 ||
        setting.last_line < setting.first_line || setting.last_line > lines ||
        setting.first_line < last) {
      CAPTURE(static_cast<int>(format), text, setting.key.text(), setting.first_line,
              setting.last_line);
      FAIL("a setting outside of the text, without a key, or out of order");
    }
    last = setting.first_line;
  }
}

} // namespace

TEST_CASE("every prefix of every sample is read in every language", "[code_robustness]") {
  for (const Format format : k_formats) {
    for (const std::string& sample : k_samples) {
      for (std::size_t size = 0; size <= sample.size(); size += 3) {
        check(format, sample.substr(0, size));
      }
    }
  }
}

TEST_CASE("random bytes and broken samples are read in every language", "[code_robustness]") {
  std::mt19937 random(7); // NOLINT: the same bytes each run
  for (const Format format : k_formats) {
    for (int round = 0; round < 30; ++round) {
      std::string bytes(random() % 400, '\0');
      for (char& byte : bytes) {
        byte = static_cast<char>(random());
      }
      check(format, bytes);
      std::string broken = k_samples[random() % std::size(k_samples)];
      for (int edits = 0; edits < 5; ++edits) {
        const char marks[] = "{}[]()\"'`=:,;<$\n\\|#";
        broken.insert(random() % broken.size(), 1, marks[random() % (sizeof marks - 1)]);
        broken.erase(random() % broken.size(), 1);
      }
      check(format, broken);
    }
  }
}

TEST_CASE("deep nesting does not overflow the stack", "[code_robustness]") {
  for (const Format format : k_formats) {
    for (const std::string open :
         {"{", "[", "(", "a={", "a:[", "f(", "{a:", "-", "!", "a.b(", "\"${", "<a>", "x = "}) {
      std::string line = "x = ";
      while (line.size() < 25000) {
        line += open;
      }
      check(format, line);
      std::string lines = "x = ";
      while (lines.size() < 2000) {
        lines += open + "\n";
      }
      check(format, lines);
    }
  }
}

TEST_CASE("a large file is read near the lines of interest only", "[code_robustness]") {
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += "MAX_" + std::to_string(i) + " = " + std::to_string(i) + "\n";
  }
  const std::vector<Setting> settings = read_code(Format::python, "a.py", text, {500, 10000});
  REQUIRE(settings.size() == 6);
  CHECK(settings[1].key.text() == "MAX_499");
  CHECK(settings[1].first_line == 500);
  CHECK(read_code(Format::python, "a.py", text, {}).size() == 20000);
}

TEST_CASE("what is too large for a syntax tree is read by lines", "[code_robustness]") {
  std::string text = "private static final int MAX_CONN = 20;\n";
  text += "$x = f(a, pool => 5,\n";
  text.append(3 << 20, ' ');
  const std::vector<Setting> settings = read_code(Format::java, "A.java", text, {});
  REQUIRE(settings.size() == 2);
  CHECK(settings[0].key.text() == "MAX_CONN");
  CHECK(settings[0].value == "20");
  CHECK(settings[1].key.text() == "pool");
}
