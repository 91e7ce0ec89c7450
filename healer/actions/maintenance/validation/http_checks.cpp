#include "healer/actions/maintenance/validation/http_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/http/url.h"
#include "base/text/json.h"
#include "healer/actions/maintenance/validation/named_checks.h"
#include "healer/config/read/http_config.h"
#include "log_analysis/redaction.h"

namespace healer::validation {
namespace {

using base::Result;
using base::yaml::Node;
using namespace std::chrono_literals;

constexpr std::size_t kMostAnswer = 1024 * 1024;
constexpr std::size_t kMostQuoted = 100;
constexpr base::Duration kAskEvery = 500ms;

// As an operator would write it: a text without its quotes.
std::string text_of(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// Why the answer fails the check; "" if it passes.
std::string fault_of(const HttpCheck& check, const base::http::Response& answer) {
  if (answer.status != check.status) return fmt::format("answered {}", answer.status);
  if (check.fields.empty()) return "";
  const auto document = base::parse_json(answer.body);
  if (!document) return "the answer is not JSON: " + document.error().message;
  for (const auto& [pointer, expected] : check.fields) {
    const nlohmann::json* value = base::at_pointer(*document, pointer);
    if (value == nullptr) return fmt::format("the answer has no value at {}", pointer);
    if (!expected) continue;
    if (const std::string text = text_of(*value); text != *expected) {
      return fmt::format("the answer has {} at {}, not {}", log_analysis::masked_excerpt(text, kMostQuoted),
                         pointer, *expected);
    }
  }
  return "";
}

Check run_one(const HttpCheck& wanted, const base::Clock& clock, base::Deadline deadline) {
  Check check{.name = wanted.name, .verdict = Verdict::kFail, .detail = {}, .took = {}};
  base::http::ClientOptions options = wanted.http;
  options.max_body = kMostAnswer;
  const base::http::Client client(wanted.url, std::move(options));
  const base::MonoTime begin = clock.now().mono;
  const base::Deadline until = deadline.within(wanted.timeout);
  for (;;) {
    const auto answer = client.get(wanted.path, until);
    check.detail = answer ? fault_of(wanted, *answer) : answer.error().message;
    check.took = clock.now().mono - begin;
    if (check.detail.empty()) check.verdict = Verdict::kPass;
    if (check.verdict == Verdict::kPass || until.remaining() <= kAskEvery) return check;
    std::this_thread::sleep_for(kAskEvery);
  }
}

// http://host:port/path in its two parts.
void read_url(const Node& node, HttpCheck& check) {
  const std::string text = node.non_empty_string();
  if (text.empty()) return;
  auto [server, path] = base::split_url(text);
  check.url = std::move(server);
  check.path = std::move(path);
  if (const auto parsed = base::parse_http_url(check.url); !parsed) {
    node.problem(parsed.error().message);
  } else if (std::ranges::any_of(check.path, [](char c) { return c <= ' ' || c >= 0x7f || c == '#'; })) {
    node.problem("the path of a URL must be percent-encoded");
  }
}

HttpCheck read_one(const Node& node) {
  HttpCheck check;
  node.only({"name", "url", "status", "fields", "http_config", "timeout"});
  check.name = node.required("name").non_empty_string();
  read_url(node.required("url"), check);
  check.status = static_cast<int>(node.optional("status").integer(check.status, 100, 599));
  check.http = read_http_config(node.optional("http_config"));
  check.timeout = node.optional("timeout").duration(check.timeout, 100ms, 10min);
  const Node fields = node.optional("fields");
  for (const auto& [pointer, expected] : fields.string_map()) {
    if (!pointer.starts_with('/')) fields.problem("a JSON pointer must begin with /");
    check.fields[pointer] = expected.empty() ? std::nullopt : std::optional(expected);
  }
  return check;
}

}  // namespace

std::vector<HttpCheck> read_http_checks(const Node& node) { return read_named_checks(node, read_one); }

std::vector<Check> run_http_checks(const std::vector<HttpCheck>& checks, const base::Clock& clock,
                                   base::Deadline deadline) {
  std::vector<Check> done;
  for (const HttpCheck& check : checks) done.push_back(run_one(check, clock, deadline));
  return done;
}

}  // namespace healer::validation
