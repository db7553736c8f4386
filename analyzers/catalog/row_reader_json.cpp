#include "analyzers/catalog/row_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace leadline {
namespace {

using Json = nlohmann::json;

std::string in_quotes(std::string_view text) { return '"' + std::string(text) + '"'; }

// nlohmann keeps the last of two equal fields in silence.
Json parse_noting_repeats(std::string_view text, std::optional<std::string>& repeated) {
  std::vector<std::set<std::string>> open;
  const Json::parser_callback_t look = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) {
      open.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open.pop_back();
    } else if (event == Json::parse_event_t::key && !open.back().insert(value).second) {
      repeated = value.get<std::string>();
    }
    return true;
  };
  return Json::parse(text, look);
}

} // namespace

struct RowReader::Value {
  std::shared_ptr<const Json> document;
  const Json* object = nullptr;
};

RowReader::RowReader(std::shared_ptr<const Value> value, std::string where, Mistakes& mistakes)
    : m_value(std::move(value)), m_where(std::move(where)), m_mistakes(&mistakes) {}

std::optional<RowReader> RowReader::parse(std::string_view text, std::string where,
                                          Mistakes& mistakes) {
  try {
    std::optional<std::string> repeated;
    auto document = std::make_shared<const Json>(parse_noting_repeats(text, repeated));
    if (repeated) {
      mistakes.add(where, "field " + in_quotes(*repeated) + " stands twice in one object");
      return std::nullopt;
    }
    if (!document->is_object()) {
      mistakes.add(where, "expected an object, got " + std::string(document->type_name()));
      return std::nullopt;
    }
    auto value = std::make_shared<Value>();
    value->object = document.get();
    value->document = std::move(document);
    return RowReader(std::move(value), std::move(where), mistakes);
  } catch (const Json::exception& e) {
    mistakes.add(where, std::string("not JSON: ") + e.what());
    return std::nullopt;
  }
}

const void* RowReader::take(const char* field) {
  m_taken.emplace_back(field);
  const auto found = m_value->object->find(field);
  return found == m_value->object->end() ? nullptr : &*found;
}

std::string RowReader::text(const char* field) {
  if (!m_value->object->contains(field)) {
    m_taken.emplace_back(field);
    mistake(in_quotes(field) + " is missing");
    return {};
  }
  return optional_text(field);
}

std::string RowReader::optional_text(const char* field) {
  const auto* value = static_cast<const Json*>(take(field));
  if (value == nullptr) {
    return {};
  }
  if (!value->is_string() || value->get_ref<const std::string&>().empty()) {
    mistake(in_quotes(field) + ": expected a text that is not empty");
    return {};
  }
  return value->get<std::string>();
}

std::vector<std::string> RowReader::texts(const char* field) {
  std::vector<std::string> found;
  const auto* value = static_cast<const Json*>(take(field));
  if (value == nullptr) {
    return found;
  }
  if (!value->is_array()) {
    mistake(in_quotes(field) + ": expected a list of texts");
    return found;
  }
  for (const Json& item : *value) {
    if (!item.is_string() || item.get_ref<const std::string&>().empty()) {
      mistake(in_quotes(field) + ": expected texts that are not empty");
    } else if (std::find(found.begin(), found.end(), item.get<std::string>()) != found.end()) {
      mistake(in_quotes(field) + ": " + in_quotes(item.get<std::string>()) + " stands twice");
    } else {
      found.push_back(item.get<std::string>());
    }
  }
  return found;
}

std::optional<int> RowReader::number(const char* field, int min, int max) {
  const auto* value = static_cast<const Json*>(take(field));
  if (value == nullptr) {
    mistake(in_quotes(field) + " is missing");
    return std::nullopt;
  }
  if (!value->is_number_integer() || *value < min || *value > max) {
    mistake(in_quotes(field) + ": expected a whole number in " + std::to_string(min) + ".." +
            std::to_string(max));
    return std::nullopt;
  }
  return value->get<int>();
}

std::optional<RowReader> RowReader::object(const char* field) {
  const auto* value = static_cast<const Json*>(take(field));
  if (value == nullptr || !value->is_object()) {
    mistake(in_quotes(field) + (value == nullptr ? " is missing" : ": expected an object"));
    return std::nullopt;
  }
  auto inner = std::make_shared<Value>(*m_value);
  inner->object = value;
  return RowReader(std::move(inner), m_where + ": " + field, *m_mistakes);
}

std::vector<RowReader> RowReader::objects(const char* field) {
  std::vector<RowReader> found;
  const auto* value = static_cast<const Json*>(take(field));
  if (value == nullptr || !value->is_array()) {
    mistake(in_quotes(field) + (value == nullptr ? " is missing" : ": expected a list of objects"));
    return found;
  }
  for (std::size_t i = 0; i < value->size(); ++i) {
    const std::string place = m_where + ": " + field + "[" + std::to_string(i) + "]";
    if (!(*value)[i].is_object()) {
      m_mistakes->add(place, "expected an object");
      continue;
    }
    auto inner = std::make_shared<Value>(*m_value);
    inner->object = &(*value)[i];
    found.push_back(RowReader(std::move(inner), place, *m_mistakes));
  }
  return found;
}

void RowReader::finish() {
  for (const auto& [field, value] : m_value->object->items()) {
    if (std::find(m_taken.begin(), m_taken.end(), field) == m_taken.end()) {
      mistake("unknown field " + in_quotes(field));
    }
  }
}

} // namespace leadline
