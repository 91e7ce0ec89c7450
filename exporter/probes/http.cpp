#include "exporter/probes/http.h"

#include <algorithm>

#include "base/http/url.h"
#include "exporter/probes/config.h"
#include "exporter/probes/expectation.h"
#include "exporter/probes/secret.h"

namespace exporter::probes {
namespace {

using base::yaml::Node;

constexpr std::size_t kMaxBody = 4 * 1024 * 1024;
constexpr int kMaxRedirects = 10;

struct Options {
  HttpRequest request;  // without its secrets
  Expectation expectation;
  std::string password_file;
  std::string bearer_file;
};

class HttpProber final : public Prober {
 public:
  explicit HttpProber(Options options) : options_(std::move(options)) {}

  ProbeResult probe(base::Deadline deadline, const std::stop_token& stop) override {
    ProbeResult answer;
    HttpRequest request = options_.request;
    auto password = load_secret(options_.password_file);
    auto bearer = load_secret(options_.bearer_file);
    for (const auto* each : {&password, &bearer}) {
      if (*each) continue;
      answer.failure = each->error();
      return answer;
    }
    request.password = *password;
    request.bearer = *bearer;
    const HttpExchange exchange = http_exchange(request, kMaxBody, deadline, stop);
    if (exchange.status != 0) answer.http_status = exchange.status;
    answer.certificate_expires = exchange.certificate_expires;
    answer.failure = exchange.failure.reason != Reason::kNone
                         ? exchange.failure
                         : judge(options_.expectation, exchange.status, exchange.body);
    answer.failure.text = redact(redact(std::move(answer.failure.text), *password), *bearer);
    return answer;
  }

 private:
  Options options_;
};

bool is_token(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::ranges::all_of(text, fits);
}

std::string read_url(const Node& node) {
  std::string url = node.string();
  if (!node.is_scalar()) return url;
  const auto parsed = base::parse_base_url(url.substr(0, url.find('?')));
  if (!parsed || (!url.starts_with("http://") && !url.starts_with("https://"))) {
    // The value may contain a password, so it is not repeated.
    node.problem(parsed ? "a URL must begin with http:// or https://" : parsed.error().message);
  } else if (!parsed->user.empty() || !parsed->password.empty()) {
    node.problem("a URL must not contain a user: use basic_auth");
  } else if (!std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f && c != '#'; })) {
    node.problem("a URL must be percent-encoded and must not have a fragment");
  }
  return url;
}

void read_headers(const Node& node, HttpRequest& request) {
  for (const auto& [name, value] : node.entries()) {
    if (!is_token(name)) value.problem("is not a valid header name");
    std::string text = value.string();
    if (text.find_first_of(std::string_view("\r\n\0", 3)) != text.npos)
      value.problem("a header must not contain a line break");
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (lower == "authorization")
      value.problem("a secret must be in a file: use basic_auth or bearer_token_file");
    request.headers.emplace_back(name, std::move(text));
  }
}

}  // namespace

MakeProber read_http(const Node& node) {
  only(node, {"url", "method", "headers", "body", "valid_status_codes", "follow_redirects",
              "fail_if_body_not_matches_regexp", "fail_if_body_matches_regexp", "json", "tls_config",
              "basic_auth", "bearer_token_file"});
  Options options;
  HttpRequest& request = options.request;
  request.url = read_url(node.required("url"));
  request.method =
      node.optional("method").one_of({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"}, "GET");
  read_headers(node.optional("headers"), request);
  request.body = node.optional("body").string();
  request.max_redirects = node.optional("follow_redirects").boolean(true) ? kMaxRedirects : 0;
  request.tls = read_tls(node.optional("tls_config"));
  options.expectation = read_expectation(node);
  if (const Node basic = node.optional("basic_auth"); basic.present()) {
    basic.only({"username", "password_file"});
    request.user = basic.required("username").non_empty_string();
    options.password_file = read_secret_path(basic.required("password_file"));
  }
  const Node bearer = node.optional("bearer_token_file");
  options.bearer_file = read_secret_path(bearer);
  if (bearer.present() && !request.user.empty()) bearer.problem("must not be used together with basic_auth");
  return [options = std::move(options)] { return std::make_unique<HttpProber>(options); };
}

}  // namespace exporter::probes
