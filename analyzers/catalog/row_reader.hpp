#pragma once

#include "analyzers/catalog/mistakes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// One JSON object, read field by field. Each wrong or missing field becomes a mistake, and so does
// each field that nobody asked for, when the reader is finished. Values of wrong fields are empty.
class RowReader {
public:
  // The root object of a text; nullopt (and a mistake) when it is no JSON object or repeats a
  // field.
  static std::optional<RowReader> parse(std::string_view text, std::string where,
                                        Mistakes& mistakes);

  std::string text(const char* field);               // required, not empty
  std::string optional_text(const char* field);      // "" when absent; not empty when present
  std::vector<std::string> texts(const char* field); // absent: none; items not empty and unique
  std::optional<int> number(const char* field, int min, int max); // required
  std::optional<RowReader> object(const char* field);             // required
  std::vector<RowReader> objects(const char* field);              // required

  void finish(); // tells unknown fields
  void mistake(const std::string& what) { m_mistakes->add(m_where, what); }
  void set_where(std::string where) { m_where = std::move(where); }
  const std::string& where() const { return m_where; }

private:
  struct Value; // the document and a place in it
  RowReader(std::shared_ptr<const Value> value, std::string where, Mistakes& mistakes);
  const void* take(const char* field); // the field's value, nullptr when absent

  std::shared_ptr<const Value> m_value;
  std::string m_where;
  Mistakes* m_mistakes;
  std::vector<std::string> m_taken;
};

} // namespace leadline
