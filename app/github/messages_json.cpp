#include "app/github/messages_json.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <ctime>

namespace leadline {
namespace {

using nlohmann::json;

Error not_understood(const std::string& pointer, const std::string& expected) {
  return Error(ErrorKind::unavailable,
               "the answer is not GitHub's: " + pointer + " is not " + expected);
}

json parse(std::string_view body) {
  json root = json::parse(body, nullptr, false);
  if (root.is_discarded()) {
    throw Error(ErrorKind::unavailable, "the answer is not GitHub's: it is not JSON");
  }
  return root;
}

// The value there, nullptr when it or a part of the way is absent or null.
const json* find(const json& object, const std::string& pointer) {
  const json::json_pointer at(pointer);
  if (!object.contains(at)) {
    return nullptr;
  }
  const json& value = object.at(at);
  return value.is_null() ? nullptr : &value;
}

std::string text_or_empty(const json& object, const std::string& pointer) {
  const json* value = find(object, pointer);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::string text(const json& object, const std::string& pointer) {
  const json* value = find(object, pointer);
  if (value == nullptr || !value->is_string() || value->get_ref<const std::string&>().empty()) {
    throw not_understood(pointer, "a text");
  }
  return value->get<std::string>();
}

template <typename T>
T number(const json& object, const std::string& pointer) {
  const json* value = find(object, pointer);
  if (value == nullptr || !value->is_number_integer()) {
    throw not_understood(pointer, "a whole number");
  }
  return value->get<T>();
}

bool flag(const json& object, const std::string& pointer) {
  const json* value = find(object, pointer);
  return value != nullptr && value->is_boolean() && value->get<bool>();
}

const json& list(const json& object, const std::string& pointer) {
  const json* value = find(object, pointer);
  if (value == nullptr || !value->is_array()) {
    throw not_understood(pointer.empty() ? "the root" : pointer, "a list");
  }
  return *value;
}

PullRequest read_pull_request(const json& object) {
  PullRequest pull;
  pull.number = number<int>(object, "/number");
  pull.open = text(object, "/state") == "open";
  pull.draft = flag(object, "/draft");
  pull.head_sha = text(object, "/head/sha");
  pull.head_ref = text(object, "/head/ref");
  pull.head_repository = text_or_empty(object, "/head/repo/full_name");
  pull.base_sha = text(object, "/base/sha");
  pull.base_ref = text(object, "/base/ref");
  pull.default_branch = text_or_empty(object, "/base/repo/default_branch");
  if (find(object, "/changed_files") != nullptr) {
    pull.changed_files = number<int>(object, "/changed_files");
  }
  pull.author = text_or_empty(object, "/user/login");
  if (find(object, "/user/id") != nullptr) {
    pull.author_id = number<std::int64_t>(object, "/user/id");
  }
  pull.title = text_or_empty(object, "/title");
  pull.body = text_or_empty(object, "/body");
  pull.merged = !text_or_empty(object, "/merged_at").empty(); // lists have no "merged"
  if (const json* labels = find(object, "/labels"); labels != nullptr && labels->is_array()) {
    pull.labels_known = true;
    for (const json& label : *labels) {
      pull.labels.push_back(text_or_empty(label, "/name"));
    }
  }
  return pull;
}

// Reads what GitHub writes: "2026-01-31T23:59:59Z".
std::chrono::system_clock::time_point parse_time(const std::string& text,
                                                 const std::string& pointer) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  // What the system's clock, which counts nanoseconds, can tell: from 1970 to 2255.
  constexpr std::time_t k_last = 9'000'000'000;
  const std::time_t seconds = end == nullptr ? -1 : timegm(&parts);
  if (seconds < 0 || seconds > k_last) {
    throw not_understood(pointer, "a time");
  }
  return std::chrono::system_clock::from_time_t(seconds);
}

CheckRun read_check_run(const json& object) {
  CheckRun run;
  run.id = number<std::int64_t>(object, "/id");
  run.name = text_or_empty(object, "/name");
  run.head_sha = text_or_empty(object, "/head_sha");
  run.external_id = text_or_empty(object, "/external_id");
  if (find(object, "/app/id") != nullptr) {
    run.app_id = std::to_string(number<std::int64_t>(object, "/app/id"));
  }
  run.app_client_id = text_or_empty(object, "/app/client_id");
  const std::string status = text(object, "/status");
  run.status = status == "completed"     ? CheckStatus::completed
               : status == "in_progress" ? CheckStatus::in_progress
                                         : CheckStatus::queued;
  run.conclusion = text_or_empty(object, "/conclusion");
  if (find(object, "/output/annotations_count") != nullptr) {
    run.annotations = number<int>(object, "/output/annotations_count");
  }
  if (find(object, "/started_at") != nullptr) {
    run.started_at = parse_time(text(object, "/started_at"), "/started_at");
  }
  return run;
}

const char* name_of(CheckStatus status) {
  switch (status) {
  case CheckStatus::queued:
    return "queued";
  case CheckStatus::in_progress:
    return "in_progress";
  case CheckStatus::completed:
    return "completed";
  }
  return "queued";
}

const char* name_of(Side side) { return side == Side::head ? "RIGHT" : "LEFT"; }

void put(json& object, const char* key, const std::string& value) {
  if (!value.empty()) {
    object[key] = to_valid_utf8(value);
  }
}

json place(const ReviewComment& comment) {
  json object = {{"path", to_valid_utf8(comment.path)}, {"body", to_valid_utf8(comment.body)}};
  if (comment.line > 0) {
    object["line"] = comment.line;
    object["side"] = name_of(comment.side);
    if (comment.start_line > 0 && comment.start_line < comment.line) {
      object["start_line"] = comment.start_line;
      object["start_side"] = name_of(comment.side);
    }
  }
  return object;
}

} // namespace

PullRequest parse_pull_request(std::string_view body) { return read_pull_request(parse(body)); }

std::vector<PullRequest> parse_pull_requests(std::string_view body) {
  const json root = parse(body);
  std::vector<PullRequest> pulls;
  for (const json& item : list(root, "")) {
    pulls.push_back(read_pull_request(item));
  }
  return pulls;
}

std::vector<CheckRun> parse_check_runs(std::string_view body) {
  const json root = parse(body);
  std::vector<CheckRun> runs;
  for (const json& item : list(root, "/check_runs")) {
    runs.push_back(read_check_run(item));
  }
  return runs;
}

PostedComment parse_posted_comment(std::string_view body) {
  const json root = parse(body);
  return {number<std::int64_t>(root, "/id"), text_or_empty(root, "/node_id")};
}

std::int64_t parse_id(std::string_view body) { return number<std::int64_t>(parse(body), "/id"); }

AccountPermission parse_permission(std::string_view body) {
  const json root = parse(body);
  // The field has the four old roles; "maintain" shows as write, "triage" as read.
  const std::string permission = text(root, "/permission");
  const json* user = find(root, "/user"); // may be null
  return {permission == "admin"   ? Permission::admin
          : permission == "write" ? Permission::write
          : permission == "read"  ? Permission::read
                                  : Permission::none,
          user != nullptr && user->is_object() ? number<std::int64_t>(root, "/user/id") : 0};
}

Membership parse_membership(std::string_view body) {
  // Who is invited and has not come is "pending".
  return text(parse(body), "/state") == "active" ? Membership::yes : Membership::no;
}

IssuedToken parse_issued_token(std::string_view body) {
  const json root = parse(body);
  return {Secret(text(root, "/token")), parse_time(text(root, "/expires_at"), "/expires_at")};
}

bool Complaint::has_code(std::string_view code) const {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

Complaint parse_complaint(std::string_view body) {
  constexpr std::size_t k_longest_message = 300;
  const json root = json::parse(body, nullptr, false);
  Complaint complaint;
  if (!root.is_object()) {
    return complaint;
  }
  complaint.message = text_or_empty(root, "/message");
  const json* errors = find(root, "/errors");
  if (errors != nullptr && errors->is_array()) {
    for (const json& error : *errors) {
      const std::string code = error.is_object() ? text_or_empty(error, "/code") : "";
      const std::string said = error.is_string()    ? error.get<std::string>()
                               : !error.is_object() ? ""
                                                    : text_or_empty(error, "/message");
      if (!code.empty()) {
        complaint.codes.push_back(code);
      }
      for (const std::string& detail :
           {said, error.is_object() ? text_or_empty(error, "/field") : "", code}) {
        complaint.message += detail.empty() ? "" : "; " + detail;
      }
    }
  }
  for (char& c : complaint.message) {
    c = static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  if (complaint.message.size() > k_longest_message) {
    complaint.message = to_valid_utf8(complaint.message.substr(0, k_longest_message)) + "...";
  }
  return complaint;
}

std::string to_json(const CheckRunFields& fields) {
  json object = json::object();
  put(object, "name", fields.name);
  put(object, "head_sha", fields.head_sha);
  put(object, "external_id", fields.external_id);
  put(object, "details_url", fields.details_url);
  put(object, "started_at", fields.started_at);
  put(object, "completed_at", fields.completed_at);
  put(object, "conclusion", fields.conclusion);
  if (fields.status) {
    object["status"] = name_of(*fields.status);
  }
  if (!fields.title.empty()) {
    json output = {{"title", to_valid_utf8(fields.title)},
                   {"summary", to_valid_utf8(fields.summary)}};
    put(output, "text", fields.text);
    for (const Annotation& annotation : fields.annotations) {
      json item = {{"path", to_valid_utf8(annotation.path)},
                   {"start_line", annotation.start_line},
                   {"end_line", annotation.end_line},
                   {"annotation_level", annotation.level},
                   {"message", to_valid_utf8(annotation.message)}};
      put(item, "title", annotation.title);
      output["annotations"].push_back(std::move(item));
    }
    object["output"] = std::move(output);
  }
  for (const CheckAction& action : fields.actions) {
    object["actions"].push_back({{"label", action.label},
                                 {"description", action.description},
                                 {"identifier", action.identifier}});
  }
  return object.dump();
}

std::string review_json(const std::string& commit_id, const std::string& body,
                        const std::vector<ReviewComment>& comments) {
  json object = {{"commit_id", commit_id}, {"event", "COMMENT"}, {"body", to_valid_utf8(body)}};
  for (const ReviewComment& comment : comments) {
    object["comments"].push_back(place(comment));
  }
  return object.dump();
}

std::string review_comment_json(const std::string& commit_id, const ReviewComment& comment) {
  json object = place(comment);
  object["commit_id"] = commit_id;
  if (comment.line <= 0) {
    object["subject_type"] = "file";
  }
  return object.dump();
}

std::string body_json(const std::string& body) {
  return json{{"body", to_valid_utf8(body)}}.dump();
}

std::string reaction_json(const std::string& content) { return json{{"content", content}}.dump(); }

std::string token_request_json(TokenScope scope) {
  json permissions;
  switch (scope) {
  case TokenScope::usual:
    permissions = {{"checks", "write"},
                   {"contents", "read"},
                   {"metadata", "read"},
                   {"pull_requests", "write"}};
    break;
  case TokenScope::members:
    permissions = {{"members", "read"}};
    break;
  case TokenScope::branches:
    permissions = {{"contents", "write"}, {"metadata", "read"}};
    break;
  case TokenScope::queues:
    permissions = {{"contents", "read"}, {"merge_queues", "read"}, {"metadata", "read"}};
    break;
  }
  return json{{"permissions", permissions}}.dump();
}

std::string iso_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), size};
}

} // namespace leadline
