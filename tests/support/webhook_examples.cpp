#include "tests/support/webhook_examples.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace leadline::tests {
namespace {

std::vector<WebhookExample> load() {
  const std::filesystem::path folder =
      std::filesystem::path(LEADLINE_SOURCE_DIR) / "tests/node_modules/@octokit/webhooks-examples";
  std::vector<WebhookExample> examples;
  for (const char* host :
       {"api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"}) {
    std::ifstream stream(folder / host / "index.json");
    if (!stream) {
      throw std::runtime_error(folder.string() +
                               " is missing: run `npm ci --ignore-scripts --prefix tests`");
    }
    for (const auto& event : nlohmann::json::parse(stream)) {
      int number = 0;
      for (const auto& example : event.at("examples")) {
        const std::string name = event.at("name");
        examples.push_back({std::string(host) + " " + name + " " + std::to_string(++number), name,
                            example.value("action", std::string()), example.dump()});
      }
    }
  }
  return examples;
}

} // namespace

const std::vector<WebhookExample>& webhook_examples() {
  static const std::vector<WebhookExample> examples = load();
  return examples;
}

const WebhookExample& webhook_example(const std::string& event, const std::string& action) {
  for (const WebhookExample& example : webhook_examples()) {
    if (example.event == event && example.action == action) {
      return example;
    }
  }
  throw std::runtime_error("no example of " + event + " " + action);
}

} // namespace leadline::tests
