#include "healer/config/read/server_node.h"

#include <fmt/format.h>

#include "base/http/url.h"
#include "healer/config/read/http_config.h"

namespace healer {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

}  // namespace

std::string read_url(const Node& node) {
  const std::string text = node.non_empty_string();
  if (text.empty()) return text;
  const auto url = base::parse_http_url(text);
  if (url) return url->str();
  node.problem(url.error().message);
  return "";
}

std::string read_docker_host(const Node& node, const std::string& fallback) {
  const std::string host = node.string(fallback);
  if (!host.starts_with("unix://") && !host.starts_with("tcp://")) {
    node.problem(fmt::format("\"{}\" is neither unix:///path nor tcp://host:port", host));
  } else if (const auto url = base::parse_base_url(host); !url) {
    node.problem(url.error().message);
  }
  return host;
}

TradingConfig read_trading(const Node& node) {
  TradingConfig trading;
  if (!node.present()) return trading;
  if (!node.is_map()) {
    node.problem("must be a map");
    return trading;
  }
  node.only({"url", "token_file", "http_config", "timeout"});
  trading.url = read_url(node.required("url"));
  trading.http = read_http_config(node.optional("http_config"));
  if (const Node token = node.optional("token_file"); token.present()) {
    if (!trading.http.credentials_file.empty() || !trading.http.username.empty()) {
      token.problem("http_config already sets authentication");
    }
    trading.http.credentials_file = token.non_empty_string();
  }
  trading.timeout = node.optional("timeout").duration(trading.timeout, 100ms, 10min);
  return trading;
}

}  // namespace healer
