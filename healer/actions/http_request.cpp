#include "healer/actions/http_request.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <nlohmann/json.hpp>

#include "base/http/url.h"
#include "base/os/file.h"
#include "base/text/json.h"
#include "healer/config/read/http_config.h"
#include "healer/config/target_name.h"
#include "log_analysis/redaction.h"

namespace healer::actions {
namespace {

using base::fail;
using base::Result;
using base::yaml::Node;

constexpr std::size_t kMostAnswer = 1024 * 1024;
constexpr std::size_t kMostQuoted = 200;

struct Settings {
  std::string method;
  std::string server;  // http://host:port
  std::string path;    // and query, with {{target}} in it
  base::http::ClientOptions http;
  std::map<std::string, std::string> secret_headers;  // name → file
  std::string body;
  std::string content_type;
  std::vector<int> statuses;  // empty: every 2xx
  std::string pointer;        // empty: the body is ignored
  std::string equals;
};

// As an operator would write it: a text without its quotes.
std::string text_of(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

class HttpRequest final : public Action {
 public:
  explicit HttpRequest(Settings settings) : settings_(std::move(settings)) {}

  std::string describe(const Target& target) const override { return what(target); }

  Result<Outcome> run(const Target& target, base::Deadline deadline) override {
    base::http::ClientOptions options = settings_.http;
    for (const auto& [name, file] : settings_.secret_headers) {
      const auto secret = base::read_secret(file);
      if (!secret) return base::wrap(secret.error(), "header {}", name);
      options.headers.emplace(name, *secret);
    }
    options.max_body = kMostAnswer;
    const base::http::Client client(settings_.server, std::move(options));
    const auto answer =
        client.send(settings_.method, fill_in(settings_.path, base::percent_encode(target.name)),
                    settings_.body, settings_.body.empty() ? "" : settings_.content_type, deadline);
    if (!answer) return std::unexpected(answer.error());
    if (!expected(answer->status)) {
      return fail("{}: answered {}: {}", what(target), answer->status, words_of(answer->body));
    }
    if (!settings_.pointer.empty()) {
      if (auto judged = judge(answer->body); !judged) return base::wrap(judged.error(), "{}", what(target));
    }
    return Outcome{fmt::format("{}: answered {}", what(target), answer->status)};
  }

 private:
  // Without the query, which may hold a secret.
  std::string what(const Target& target) const {
    const std::string path = settings_.path.substr(0, settings_.path.find('?'));
    return fmt::format("{} {}{}", settings_.method, settings_.server,
                       fill_in(path, base::percent_encode(target.name)));
  }

  static std::string words_of(std::string_view text) {
    return log_analysis::masked_excerpt(text, kMostQuoted);
  }

  bool expected(int status) const {
    if (settings_.statuses.empty()) return status >= 200 && status < 300;
    return std::ranges::find(settings_.statuses, status) != settings_.statuses.end();
  }

  Result<> judge(const std::string& body) const {
    const auto document = base::parse_json(body);
    if (!document) return base::wrap(document.error(), "the answer");
    const nlohmann::json* value = base::at_pointer(*document, settings_.pointer);
    if (value == nullptr) return fail("the answer has no value at {}", settings_.pointer);
    if (const std::string text = text_of(*value); text != settings_.equals) {
      return fail("the answer has {} at {}, not {}", words_of(text), settings_.pointer, settings_.equals);
    }
    return {};
  }

  Settings settings_;
};

void read_url(const Node& node, Settings& settings) {
  const std::string text = node.non_empty_string();
  if (text.empty()) return;
  auto [server, path] = base::split_url(text);
  settings.server = std::move(server);
  settings.path = std::move(path);
  if (const auto parsed = base::parse_http_url(settings.server); !parsed) {
    node.problem(parsed.error().message);
  } else if (settings.server.find_first_of("{}") != std::string::npos) {
    node.problem("{{target}} is allowed only after the host");
  }
  const std::string rest = fill_in(settings.path, "");
  if (rest.find_first_of("{}") != std::string::npos) {
    node.problem("only {{target}} is replaced; other braces must be percent-encoded");
  } else if (std::ranges::any_of(rest, [](char c) { return c <= ' ' || c >= 0x7f || c == '#'; })) {
    node.problem("the path of a URL must be percent-encoded");
  }
}

// Headers that the client sets itself or that must not be in the configuration.
bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOurs{"authorization", "connection", "content-length",
                                                  "content-type",  "host",       "transfer-encoding"};
  const auto same = [name](std::string_view other) {
    return std::ranges::equal(name, other, {}, [](unsigned char c) { return std::tolower(c); });
  };
  return std::ranges::any_of(kOurs, same);
}

void check_header(const Node& node, const std::string& name, const std::string& value) {
  const bool token = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (!token) node.problem(fmt::format("{:?} is not a valid header name", name));
  if (is_ours(name)) node.problem(fmt::format("{} must not be set here", name));
  if (std::ranges::any_of(value, [](unsigned char c) { return c < ' ' || c == 0x7f; })) {
    node.problem(fmt::format("the value of {} contains a control character", name));
  }
}

void check_absolute(const Node& node, const std::string& path) {
  if (!path.empty() && !path.starts_with('/')) {
    node.problem(fmt::format("\"{}\" is not an absolute path", path));
  }
}

void read_headers(const Node& parameters, Settings& settings) {
  const Node headers = parameters.optional("headers");
  for (const auto& [name, value] : headers.string_map()) {
    check_header(headers, name, value);
    settings.http.headers.emplace(name, value);
  }
  const Node secrets = parameters.optional("secret_headers");
  for (const auto& [name, file] : secrets.string_map()) {
    check_header(secrets, name, "");
    check_absolute(secrets, file);
    settings.secret_headers.emplace(name, file);
  }
}

}  // namespace

std::unique_ptr<Action> make_http_request(const Node& parameters, const World&) {
  parameters.only({"method", "url", "headers", "secret_headers", "http_config", "body", "content_type",
                   "statuses", "pointer", "equals"});
  Settings settings;
  settings.method = parameters.optional("method").one_of({"GET", "POST", "PUT", "PATCH", "DELETE"}, "POST");
  read_url(parameters.required("url"), settings);
  const Node http = parameters.optional("http_config");
  settings.http = read_http_config(http);
  for (const std::string& path :
       {settings.http.tls.ca_file, settings.http.tls.cert_file, settings.http.tls.key_file,
        settings.http.password_file, settings.http.credentials_file}) {
    check_absolute(http, path);
  }
  read_headers(parameters, settings);
  settings.body = parameters.optional("body").string();
  settings.content_type = parameters.optional("content_type").string("application/json");
  if (const Node statuses = parameters.optional("statuses"); statuses.present()) {
    for (const Node& status : statuses.items()) {
      settings.statuses.push_back(static_cast<int>(status.integer(200, 100, 599)));
    }
    if (statuses.is_list() && settings.statuses.empty()) statuses.problem("must list at least one status");
  }
  const Node pointer = parameters.optional("pointer");
  const Node equals = parameters.optional("equals");
  settings.pointer = pointer.string();
  settings.equals = equals.string();
  if (pointer.present() && !settings.pointer.starts_with('/'))
    pointer.problem("a JSON pointer must begin with /");
  if (pointer.present() != equals.present()) {
    (pointer.present() ? pointer : equals).problem("`pointer` and `equals` must be set together");
  }
  return std::make_unique<HttpRequest>(std::move(settings));
}

}  // namespace healer::actions
