#include "analyzers/risk/judge.hpp"
#include "base/text.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

// Every row of the catalogue that says how a change hurts is tried: a change in that direction, in
// a file where the row speaks, is found.

using namespace leadline;

namespace {

struct Edit {
  std::string before;
  std::string after;
};

// Rows that no edit of one value finds, with the reason.
struct Exception {
  std::string_view id;
  std::string_view why;
};
constexpr std::string_view k_release = "releases go up every day; only those of stateful services "
                                       "and runtimes are told, where their name stands beside them";
constexpr std::string_view k_file = "files get other names with each rotation and release";
constexpr std::array k_exceptions = {
    Exception{"argocd.target_revision", k_release},
    Exception{"flux.chart_version", k_release},
    Exception{"jupyterhub.repo2docker_image", k_release},
    Exception{"jupyterhub.image_prefix", "a name inside a registry, not the registry"},
    Exception{"kube_apiserver.audit_policy_file", k_file},
    Exception{"kubernetes.image_tag", k_release},
    Exception{"nginx.ssl_certificate", k_file},
    Exception{"nginx.ssl_certificate_key", k_file},
    Exception{"redis.requirepass", "another password is rotation; only its loss weakens"},
    Exception{"terraform_lb.certificate_arn", k_file},
    Exception{"terraform_lambda.runtime", k_release},
};

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Changes in the directions in which the row says that it hurts.
std::vector<Edit> harmful_edits(const Parameter& row) {
  const bool down = row.hurts == Hurts::down || row.hurts == Hurts::both;
  const bool up = row.hurts == Hurts::up || row.hurts == Hurts::both;
  std::vector<Edit> edits;
  const auto both_ways = [&](const std::string& low, const std::string& high) {
    if (down || row.hurts == Hurts::any_change) {
      edits.push_back({high, low});
    }
    if (up) {
      edits.push_back({low, high});
    }
  };
  switch (row.kind) {
  case ParameterKind::on_off:
    both_ways("false", "true");
    break;
  case ParameterKind::level:
    edits.push_back({row.order.back(), row.order.front()});
    break;
  case ParameterKind::replicas:
    both_ways("1", "6");
    break;
  case ParameterKind::address:
    if (row.keys.front().find("path") != std::string::npos ||
        row.keys.front().find("file") != std::string::npos ||
        row.keys.front().find("certificate") != std::string::npos) {
      edits.push_back({"/one/a", "/two/b"});
      break;
    }
    edits.push_back({"one.example.org:8080", "two.example.org:9090"});
    break;
  case ParameterKind::version:
    edits.push_back({"1.2.3", "3.0.0"});
    break;
  case ParameterKind::schedule:
    edits.push_back({"0 3 * * *", "30 14 * * 1"});
    break;
  case ParameterKind::pattern:
    edits.push_back({"10.0.0.0/16", "0.0.0.0/0"});
    break;
  case ParameterKind::mode:
  case ParameterKind::identifier:
  case ParameterKind::verbosity:
    edits.push_back(is_number(row.default_value)
                        ? Edit{row.default_value, row.default_value == "0" ? "2" : "0"}
                        : Edit{"alpha", "omega"});
    break;
  default:
    both_ways("100", "1000");
  }
  return edits;
}

// A value that somebody set for good reason where the default would hurt; nullopt where the default
// is the safest, or not known.
std::optional<std::string> better_than_default(const Parameter& row) {
  const bool down = row.hurts == Hurts::down || row.hurts == Hurts::both;
  const std::string usual = to_lower(row.default_value);
  if (usual.empty() || row.hurts == Hurts::never || row.hurts == Hurts::any_change) {
    return std::nullopt;
  }
  const std::optional<bool> state = parse_switch(usual);
  switch (row.kind) {
  case ParameterKind::on_off:
    if (!state || row.hurts == Hurts::both || *state == down) {
      return std::nullopt;
    }
    return down ? "true" : "false";
  case ParameterKind::level:
    return row.order.back() == usual ? std::nullopt : std::optional(row.order.back());
  case ParameterKind::mode:
  case ParameterKind::pattern:
  case ParameterKind::identifier:
    return usual == "none" || usual == "off" ? std::optional<std::string>("something")
                                             : std::nullopt;
  default:
    break;
  }
  const std::optional<Quantity> quantity = parse_quantity(usual, row.unit);
  if (!quantity || quantity->value <= 0) {
    return std::nullopt;
  }
  const auto digits = usual.find_first_not_of("0123456789.");
  const std::string number = usual.substr(0, digits); // of "8 192" and "0, 5" the first
  const std::string unit = digits == std::string::npos ? "" : usual.substr(digits);
  if (number.empty() || number.find_first_not_of("0.") == std::string::npos) {
    return std::nullopt;
  }
  // Ten times as much as the default, or a tenth of it where more hurts.
  return fmt::format("{:g}{}", std::stod(number) * (down ? 10 : 0.1), unit);
}

// A path that the pattern takes: the first of each choice, one letter for each star.
std::string path_of(std::string_view glob) {
  std::string path;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    if (glob[i] == '*') {
      path += path.ends_with('x') ? "" : "x";
    } else if (glob[i] == '{') {
      const std::size_t end = glob.find('}', i);
      path += glob.substr(i + 1, glob.find(',', i) - i - 1);
      i = end;
    } else {
      path += glob[i];
    }
  }
  return path;
}

struct Place {
  std::string path;
  Setting setting;
};

// Where the catalogue finds the row: by its spelling alone, its system's files, sections or images.
std::optional<Place> place_of(const Catalog& catalog, const Parameter& row) {
  const System& system = *catalog.system(row.system);
  std::vector<std::string> paths = {"deploy/app.yaml"};
  for (const std::string& glob : system.files) {
    paths.push_back(path_of(glob));
    paths.push_back(path_of(glob) + "/app.yaml");
  }
  std::vector<std::string> sections = {""};
  sections.insert(sections.end(), system.sections.begin(), system.sections.end());
  std::vector<std::string> contexts = {""};
  contexts.insert(contexts.end(), system.images.begin(), system.images.end());
  for (const std::string& key : row.keys) {
    for (const std::string& path : paths) {
      for (const std::string& section : sections) {
        for (const std::string& context : contexts) {
          Place place;
          place.path = path;
          place.setting.context = context;
          place.setting.first_line = place.setting.last_line = 1;
          const std::string whole = section.empty() ? key : section + "." + key;
          for (const std::string_view segment : split(whole, '.')) {
            place.setting.key.segments.emplace_back(segment);
          }
          if (catalog.find(path, place.setting) == &row && role_of_path(path) == FileRole::config) {
            return place;
          }
          if (key.find('.') != std::string::npos) { // the dots may be the key's own
            place.setting.key.segments = {key};
            if (!section.empty()) {
              place.setting.key.segments.insert(place.setting.key.segments.begin(), section);
            }
            if (catalog.find(path, place.setting) == &row &&
                role_of_path(path) == FileRole::config) {
              return place;
            }
          }
        }
      }
    }
  }
  return std::nullopt;
}

// Without `after` the line goes.
std::optional<Concern> judged(const Place& place, const std::string& before,
                              const std::optional<std::string>& after) {
  SettingChange change;
  change.change = after ? ChangeKind::modified : ChangeKind::removed;
  change.old_setting = place.setting;
  change.old_setting->value = before;
  if (after) {
    change.new_setting = place.setting;
    change.new_setting->value = *after;
  }
  FileContext file;
  file.path = place.path;
  file.role = FileRole::config;
  const Subject subject =
      make_subject(change, file, meaning_of(Catalog::built_in(), place.path, change.any()));
  return judge(subject, {});
}

} // namespace

TEST_CASE("each row of the catalogue finds the change that it warns of", "[catalogue_walk]") {
  const Catalog& catalog = Catalog::built_in();
  int tried = 0;
  for (const Parameter& row : catalog.parameters()) {
    if (row.hurts == Hurts::never || row.impact == Impact::none) {
      continue;
    }
    CAPTURE(row.id);
    const std::optional<Place> place = place_of(catalog, row);
    REQUIRE(place);
    const auto exception = std::find_if(k_exceptions.begin(), k_exceptions.end(),
                                        [&](const Exception& e) { return e.id == row.id; });
    for (const Edit& edit : harmful_edits(row)) {
      CAPTURE(place->path, place->setting.key.text(), edit.before, edit.after);
      const std::optional<Concern> found = judged(*place, edit.before, edit.after);
      CAPTURE(found ? found->rule : "nothing", found ? found->urgency : 0.0);
      ++tried;
      // An exception that is found is none any more.
      CHECK((found && found->urgency >= 1) == (exception == k_exceptions.end()));
    }
  }
  CHECK(tried > 1000);
}

TEST_CASE("each row of the catalogue whose default is worse finds the line that goes",
          "[catalogue_walk]") {
  const Catalog& catalog = Catalog::built_in();
  int tried = 0;
  for (const Parameter& row : catalog.parameters()) {
    const std::optional<std::string> better = better_than_default(row);
    if (!better || row.impact == Impact::none) {
      continue;
    }
    const std::optional<Place> place = place_of(catalog, row);
    REQUIRE(place);
    CAPTURE(row.id, place->path, place->setting.key.text(), *better, row.default_value);
    const std::optional<Concern> found = judged(*place, *better, std::nullopt);
    ++tried;
    CAPTURE(found ? found->rule : "nothing", found ? found->urgency : 0.0);
    CHECK((found && found->urgency >= 1));
  }
  CHECK(tried > 300);
}
