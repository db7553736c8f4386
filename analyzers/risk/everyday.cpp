#include "analyzers/risk/everyday.hpp"

#include "analyzers/domains/tool_files.hpp"
#include "analyzers/domains/words.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

template <typename List>
bool any_phrase(const List& list, std::string_view spaced) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view phrase) { return has_phrase(spaced, phrase); });
}

template <typename List>
bool ends_with_any(std::string_view text, const List& ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return text.ends_with(end); });
}

// About how much or how long, not about who gets in.
bool measures(std::string_view rule) {
  constexpr std::array<std::string_view, 11> k_starts = {
      "capacity.", "interval.",  "limit.",   "magnitude.", "replicas.", "retention.",
      "retries.",  "threshold.", "timeout.", "ttl.",       "unit."};
  return std::any_of(k_starts.begin(), k_starts.end(),
                     [&](std::string_view start) { return rule.starts_with(start); });
}

std::string_view file_name(const std::string& path) {
  return std::string_view(path).substr(path.rfind('/') + 1); // npos + 1 is 0
}

bool is_program(std::string_view path) {
  constexpr std::array<std::string_view, 17> k_ends = {
      ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs",   ".py",  ".go",   ".java",
      ".kt", ".rb",  ".rs", ".php", ".cs",  ".scala", ".exs", ".swift"};
  return ends_with_any(path, k_ends);
}

// setTimeout(hide, 5000), debounce(search, 300): by the function's name alone. A method of that
// name ("server.setTimeout") is a service's.
bool is_timer(std::string_view callee) {
  constexpr std::array<std::string_view, 15> k_timers = {
      "setTimeout",         "setInterval",  "window.setTimeout",
      "window.setInterval", "debounce",     "throttle",
      "_.debounce",         "_.throttle",   "lodash.debounce",
      "useDebounce",        "debounceTime", "throttleTime",
      "jest.setTimeout",    "sleep",        "delay"};
  return std::find(k_timers.begin(), k_timers.end(), callee) != k_timers.end();
}

bool is_of_the_screen(const Subject& s, std::string_view rule) {
  constexpr std::array<std::string_view, 14> k_words = {
      "animation", "blink",    "carousel", "debounce", "fade",  "hover",   "scroll",
      "slideshow", "snackbar", "spinner",  "splash",   "toast", "tooltip", "transition"};
  if (measures(rule) && (is_timer(s.setting().context) || any_phrase(k_words, s.leaf))) {
    return true;
  }
  // theme.animation.timeout, toast: { limit: 5 }. Words that also name work of services
  // ("transition", "scroll") say so only in the leaf.
  constexpr std::array<std::string_view, 12> k_widgets = {
      "animation", "animations", "carousel", "hover",  "popover", "slideshow",
      "snackbar",  "spinner",    "toast",    "toasts", "tooltip", "tooltips"};
  constexpr std::array<std::string_view, 8> k_folders = {
      "theme",         "themes",        "styles",    "styling",
      "design system", "design tokens", "storybook", "animations"};
  if (measures(rule) && s.meaning.parameter == nullptr &&
      (any_phrase(k_widgets, s.parents) || any_phrase(k_folders, spaced_words(s.file->path)))) {
    return true;
  }
  constexpr std::array<std::string_view, 4> k_ends = {".tsx", ".jsx", ".vue", ".svelte"};
  if (!ends_with_any(s.file->path, k_ends) || s.meaning.parameter != nullptr) {
    return false;
  }
  // <Button disabled timeout={300}>
  return rule.starts_with("timeout.") || rule.starts_with("magnitude.") ||
         rule.starts_with("capacity.") || s.leaf == " disabled " || s.leaf == " secure ";
}

// https://huggingface.co/docs/transformers/main_classes/trainer,
// https://scikit-learn.org/stable/glossary.html
bool is_of_training(const Subject& s, std::string_view rule) {
  constexpr std::array<std::string_view, 27> k_plain = {" lr ",
                                                        " learning rate ",
                                                        " epochs ",
                                                        " max epochs ",
                                                        " num epochs ",
                                                        " n epochs ",
                                                        " num train epochs ",
                                                        " warmup steps ",
                                                        " warmup ratio ",
                                                        " hidden size ",
                                                        " hidden dim ",
                                                        " hidden layers ",
                                                        " num layers ",
                                                        " num heads ",
                                                        " num hidden layers ",
                                                        " num attention heads ",
                                                        " embedding dim ",
                                                        " embedding size ",
                                                        " dropout ",
                                                        " weight decay ",
                                                        " momentum ",
                                                        " vocab size ",
                                                        " gradient accumulation steps ",
                                                        " max grad norm ",
                                                        " train batch size ",
                                                        " eval batch size ",
                                                        " per device train batch size "};
  if (!measures(rule) || s.meaning.parameter != nullptr) {
    return false;
  }
  if (std::find(k_plain.begin(), k_plain.end(), s.leaf) != k_plain.end()) {
    return true;
  }
  constexpr std::array<std::string_view, 14> k_where = {
      "train",  "training",    "trainer",    "finetune",        "finetuning", "fine tune", "ml",
      "models", "experiments", "experiment", "hyperparameters", "hparams",    "notebooks", "sweep"};
  constexpr std::array<std::string_view, 8> k_what = {"batch size", "workers",   "num workers",
                                                      "steps",      "max steps", "max length",
                                                      "seq length", "max tokens"};
  return any_phrase(k_where, spaced_words(s.file->path)) && any_phrase(k_what, s.leaf);
}

// "metrics: {enabled: true}" watches; "feature: {enabled: true}" of a chart's own values.yaml is
// what each environment may take back (https://helm.sh/docs/chart_best_practices/values/).
bool is_harmless_switch(const Subject& s, std::string_view rule) {
  constexpr std::array<std::string_view, 12> k_watching = {"metrics",
                                                           "monitoring",
                                                           "service monitor",
                                                           "servicemonitor",
                                                           "prometheus rule",
                                                           "exporter",
                                                           "dashboard",
                                                           "dashboards",
                                                           "tracing",
                                                           "pdb",
                                                           "pod disruption budget",
                                                           "annotations"};
  if (rule != "flag.enabled" || s.meaning.parameter != nullptr) {
    return false;
  }
  const std::string_view name = file_name(s.file->path);
  const bool defaults = (name == "values.yaml" || name == "values.yml") &&
                        s.environment == Environment::unknown &&
                        (s.leaf == " enabled " || s.leaf == " enable ");
  return defaults || any_phrase(k_watching, s.leaf + s.parents);
}

} // namespace

bool is_everyday(const Subject& s, std::string_view rule) {
  if (is_checker_file(to_lower(file_name(s.file->path)))) {
    return !rule.starts_with("hidden.");
  }
  if (s.file->role == FileRole::tests && is_program(s.file->path) &&
      (measures(rule) || rule.starts_with("exposure."))) {
    return true;
  }
  return (s.file->role == FileRole::code && is_of_the_screen(s, rule)) || is_of_training(s, rule) ||
         is_harmless_switch(s, rule);
}

} // namespace leadline
