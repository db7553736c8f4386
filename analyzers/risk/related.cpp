#include "analyzers/risk/related.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

std::string text_of(const std::optional<std::string>& value) {
  return value ? '=' + *value : std::string();
}

std::string text_of(const RelatedSetting& row) {
  return row.path + '\0' + row.setting.key + '\0' + text_of(row.setting.old_value) + '\0' +
         text_of(row.setting.new_value) + '\0';
}

} // namespace

std::vector<RelatedSetting> related_of(const Concern& concern, const std::string& path,
                                       const Redactor& redactor) {
  const auto value = [&](const std::optional<Setting>& setting) {
    return setting ? std::optional<std::string>(
                         to_valid_utf8(redactor.value(setting->key, setting->value)))
                   : std::nullopt;
  };
  std::vector<RelatedSetting> related;
  for (const Beside& each : concern.rests_on) {
    const Setting& any = each.new_setting ? *each.new_setting : *each.old_setting;
    related.push_back(
        {to_valid_utf8(each.path.empty() ? path : each.path),
         {to_valid_utf8(redactor.key(any.key)), value(each.old_setting), value(each.new_setting)}});
  }
  std::sort(related.begin(), related.end(), [](const RelatedSetting& a, const RelatedSetting& b) {
    return text_of(a) < text_of(b);
  });
  related.erase(std::unique(related.begin(), related.end(),
                            [](const RelatedSetting& a, const RelatedSetting& b) {
                              return text_of(a) == text_of(b);
                            }),
                related.end());
  return related;
}

std::string text_of(const std::vector<RelatedSetting>& related) {
  std::string text;
  for (const RelatedSetting& row : related) {
    text += text_of(row);
  }
  return text;
}

} // namespace leadline
