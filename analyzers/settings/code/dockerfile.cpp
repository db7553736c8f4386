#include "analyzers/settings/code/dockerfile.hpp"

#include "analyzers/settings/code/command_line.hpp"
#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_longest_value = 8192;

// A word of an instruction and the line where it stands.
struct Word {
  std::string text;
  int line = 0;
};

struct Instruction {
  std::string name; // upper case
  std::vector<Word> words;
  std::string text; // all words as written, one space between lines
  int first_line = 0;
  int last_line = 0;
};

// Instructions with their continued lines; comments between those are left out.
std::vector<Instruction> instructions(std::string_view text) {
  std::vector<Instruction> found;
  bool is_open = false;
  int number = 0;
  for (const std::string_view raw : split_lines(text)) {
    ++number;
    std::string_view line = trim(raw);
    if (line.empty() || line[0] == '#') {
      continue;
    }
    const bool goes_on = line.back() == '\\' || line.back() == '`';
    if (goes_on) {
      line = trim(line.substr(0, line.size() - 1));
    }
    if (!is_open) {
      const std::size_t space = std::min(line.find_first_of(" \t"), line.size());
      std::string name(line.substr(0, space));
      std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      found.push_back({std::move(name), {}, {}, number, number});
      line = trim(line.substr(space));
    }
    Instruction& instruction = found.back();
    instruction.last_line = number;
    for (std::string& word : command_words(line)) {
      instruction.words.push_back({std::move(word), number});
    }
    if (instruction.text.size() < k_longest_value) {
      instruction.text += (instruction.text.empty() ? "" : " ") + std::string(line);
    }
    is_open = goes_on;
  }
  return found;
}

class Reader {
public:
  std::vector<Setting> run(std::string_view text) {
    for (const Instruction& instruction : instructions(text)) {
      read(instruction);
    }
    return std::move(m_settings);
  }

private:
  void add(std::vector<std::string> path, std::string_view value, int first, int last) {
    if (value.size() > k_longest_value) {
      return;
    }
    Setting setting;
    setting.key.segments = std::move(path);
    setting.value = std::string(value);
    setting.first_line = first;
    setting.last_line = last;
    setting.context = m_image;
    m_settings.push_back(std::move(setting));
  }

  void read(const Instruction& is) {
    if (is.words.empty()) {
      return;
    }
    const std::string& name = is.name;
    if (name == "FROM") {
      from(is);
    } else if (name == "ENV" || name == "ARG" || name == "LABEL") {
      pairs(is);
    } else if (name == "EXPOSE") {
      for (const Word& word : is.words) {
        add({name}, word.text, word.line, word.line);
      }
    } else if (name == "USER" || name == "STOPSIGNAL" || name == "WORKDIR") {
      add({name}, is.words[0].text, is.words[0].line, is.words[0].line);
    } else if (name == "CMD" || name == "ENTRYPOINT") {
      add({name}, command_text(is), is.first_line, is.last_line);
    } else if (name == "HEALTHCHECK") {
      healthcheck(is);
    } else if (name == "RUN") {
      run_command(is);
    }
  }

  void from(const Instruction& is) {
    const auto image = std::find_if(is.words.begin(), is.words.end(), [](const Word& word) {
      return word.text.substr(0, 2) != "--";
    });
    if (image == is.words.end()) {
      return;
    }
    m_image = image->text;
    const bool is_named = is.words.end() - image >= 3 && to_lower((image + 1)->text) == "as";
    add({is_named ? "FROM[" + (image + 2)->text + "]" : std::string("FROM")}, image->text,
        image->line, image->line);
  }

  // ENV A=1 B=2, and the old ENV A 1
  void pairs(const Instruction& is) {
    const Word& first = is.words[0];
    if (first.text.find('=') == std::string::npos) {
      if (is.name == "ENV" && is.words.size() > 1 && is_key_like(first.text)) {
        add({first.text},
            trim(std::string_view(is.text).substr(std::min(is.text.size(), first.text.size()))),
            is.words[1].line, is.last_line);
      }
      return;
    }
    for (const Word& word : is.words) {
      const std::size_t equals = word.text.find('=');
      const std::string key = word.text.substr(0, equals);
      if (equals == std::string::npos || !is_key_like(key)) {
        continue;
      }
      std::vector<std::string> path = is.name == "LABEL" ? std::vector<std::string>{"LABEL", key}
                                                         : std::vector<std::string>{key};
      add(std::move(path), std::string_view(word.text).substr(equals + 1), word.line, word.line);
    }
  }

  // ["app", "--x=1"] becomes `app --x=1`, so that both forms of an equal command are equal.
  static std::string command_text(const Instruction& is) {
    if (is.text.empty() || is.text[0] != '[') {
      return is.text;
    }
    std::string joined;
    std::size_t at = 0;
    while ((at = is.text.find('"', at)) != std::string::npos) {
      std::size_t end = at + 1;
      while (end < is.text.size() && is.text[end] != '"') {
        end += is.text[end] == '\\' ? 2 : 1;
      }
      const std::string word = is.text.substr(at + 1, std::min(end, is.text.size()) - at - 1);
      const bool is_plain = word.find_first_of(" \t'") == std::string::npos && !word.empty();
      joined += (joined.empty() ? "" : " ") + (is_plain ? word : "'" + word + "'");
      at = std::min(end + 1, is.text.size());
    }
    return joined;
  }

  void healthcheck(const Instruction& is) {
    if (to_lower(is.words[0].text) == "none") {
      add({"HEALTHCHECK"}, is.words[0].text, is.words[0].line, is.words[0].line);
    }
    for (const Word& word : is.words) {
      if (word.text.substr(0, 2) != "--") {
        break;
      }
      const std::size_t equals = word.text.find('=');
      if (equals != std::string::npos) {
        add({"HEALTHCHECK", word.text.substr(2, equals - 2)},
            std::string_view(word.text).substr(equals + 1), word.line, word.line);
      }
    }
  }

  void run_command(const Instruction& is) {
    std::size_t at = 0;
    while (at < is.words.size()) {
      std::vector<std::string> words;
      const std::size_t begin = at;
      for (; at < is.words.size(); ++at) {
        const std::string& word = is.words[at].text;
        if (word == "&&" || word == "||" || word == ";" || word == "|") {
          break;
        }
        words.push_back(word);
      }
      std::size_t command = 0; // after the variables in front of it
      while (command + 1 < words.size() && words[command].find('=') != std::string::npos) {
        ++command;
      }
      for (const Flag& flag : flags_of(words)) {
        const int line = is.words[begin + flag.word].line;
        if ((flag.value != "true" || is_open_switch(flag.name)) && flag.word > command) {
          add({"RUN", words[command], flag.name}, flag.value, line, line);
        }
      }
      for (std::size_t i = command + 1; i < words.size(); ++i) {
        const std::size_t scheme = words[i].find("://");
        if (scheme != std::string::npos && is_key_like(words[i].substr(0, scheme))) {
          const int line = is.words[begin + i].line;
          add({"RUN", words[command]}, words[i], line, line);
        }
      }
      ++at;
    }
  }

  std::string m_image;
  std::vector<Setting> m_settings;
};

} // namespace

std::vector<Setting> read_dockerfile(std::string_view text) { return Reader().run(text); }

} // namespace leadline
