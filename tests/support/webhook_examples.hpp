#pragma once

#include <string>
#include <vector>

namespace leadline::tests {

// One payload of the npm package @octokit/webhooks-examples (tests/package.json).
struct WebhookExample {
  std::string where; // "api.github.com pull_request 3"
  std::string event;
  std::string action; // empty when it has none
  std::string body;
};

// All of them: github.com's and those of each GHES version. Throws std::runtime_error that says
// what to run when the package is not installed: a test must not pass because its data is missing.
const std::vector<WebhookExample>& webhook_examples();

// The first of github.com with this event and action; throws when there is none.
const WebhookExample& webhook_example(const std::string& event, const std::string& action);

} // namespace leadline::tests
