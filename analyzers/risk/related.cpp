#include "analyzers/risk/related.hpp"

#include "analyzers/risk/identity.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_most_rows = 50;

// A value that is there differs from one that is not, also where it is empty.
std::string text_of(const std::optional<std::string>& value) {
  return identity_part(value ? '=' + *value : std::string());
}

std::string text_of(const RelatedSetting& row) {
  return identity_part(row.path) + identity_part(row.setting.key) + text_of(row.setting.old_value) +
         text_of(row.setting.new_value);
}

} // namespace

Related related_of(const Concern& concern, const std::string& path, const Redactor& redactor,
                   const KnownSecrets& secrets) {
  const auto shown = [&](const std::optional<Setting>& setting) {
    return setting ? std::optional<std::string>(
                         to_valid_utf8(redactor.value(setting->key, setting->value)))
                   : std::nullopt;
  };
  const auto whole = [&](const std::optional<Setting>& setting) {
    return setting ? std::optional<std::string>(
                         secrets.hide(redactor.whole_value(setting->key, setting->value)))
                   : std::nullopt;
  };
  std::vector<std::pair<std::string, RelatedSetting>> rows; // with the text of each
  for (const Beside& each : concern.rests_on) {
    const Setting& any = each.new_setting ? *each.new_setting : *each.old_setting;
    const std::string& file = each.path.empty() ? path : each.path;
    const std::string old_place = place_of(each.old_setting, redactor, secrets);
    const std::string new_place = place_of(each.new_setting, redactor, secrets);
    const RelatedSetting in_full{file,
                                 {secrets.hide(redactor.whole_key(any.key)),
                                  whole(each.old_setting), whole(each.new_setting)}};
    rows.emplace_back(text_of(in_full) + identity_places(old_place, new_place),
                      RelatedSetting{to_valid_utf8(file),
                                     {to_valid_utf8(redactor.key(any.key)), shown(each.old_setting),
                                      shown(each.new_setting), shown_place(old_place, new_place)}});
  }
  const auto text = [](const auto& row) -> const std::string& { return row.first; };
  std::sort(rows.begin(), rows.end(),
            [&](const auto& a, const auto& b) { return text(a) < text(b); });
  rows.erase(std::unique(rows.begin(), rows.end(),
                         [&](const auto& a, const auto& b) { return text(a) == text(b); }),
             rows.end());
  Related related;
  for (auto& [of_row, row] : rows) {
    related.text += of_row;
    if (related.rows.size() < k_most_rows) {
      related.rows.push_back(std::move(row));
    }
  }
  return related;
}

std::string text_of(const std::vector<RelatedSetting>& rows) {
  std::string text;
  for (const RelatedSetting& row : rows) {
    text += text_of(row);
  }
  return text;
}

std::string shown_place(const std::string& old_place, const std::string& new_place) {
  const bool both = !old_place.empty() && !new_place.empty() && old_place != new_place;
  return to_valid_utf8(both                ? new_place + ", before " + old_place
                       : new_place.empty() ? old_place
                                           : new_place);
}

std::string place_of(const std::optional<Setting>& setting, const Redactor& redactor,
                     const KnownSecrets& secrets) {
  return setting ? secrets.hide(redactor.text(setting->place)) : std::string();
}

} // namespace leadline
