#include "healer/config/read/verify_node.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/http/url.h"
#include "healer/config/promql.h"
#include "healer/config/read/http_config.h"
#include "healer/config/target_name.h"

namespace healer {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

// http://host:port and the rest of the URL, which may contain {{target}}.
void read_url(const Node& node, DirectProbe& probe) {
  const std::string url = node.non_empty_string();
  if (url.empty()) return;
  auto [server, path] = base::split_url(url);
  probe.server = std::move(server);
  probe.path = std::move(path);
  const std::string rest = actions::fill_in(probe.path, "");
  if (const auto parsed = base::parse_http_url(probe.server); !parsed) {
    node.problem(parsed.error().message);
  } else if (probe.server.find_first_of("{}") != std::string::npos) {
    node.problem("{{target}} is allowed only after the host");
  } else if (std::ranges::any_of(
                 rest, [](char c) { return c <= ' ' || c >= 0x7f || c == '#' || c == '{' || c == '}'; })) {
    node.problem("the path of a URL must be percent-encoded; only {{target}} is filled in");
  }
}

void read_address(const Node& node, DirectProbe& probe) {
  const std::string text = node.non_empty_string();
  if (text.empty()) return;
  const auto address = base::parse_listen_address(text);
  if (!address) {
    node.problem(address.error().message);
  } else if (address->unix_path.empty() && (address->host.empty() || address->port == 0)) {
    node.problem(fmt::format("\"{}\" names no host and port", text));
  }
  probe.address = address.value_or(base::Endpoint{});
}

std::optional<DirectProbe> read_direct(const Node& node, std::string_view kind) {
  if (!node.present()) return std::nullopt;
  DirectProbe probe;
  if (node.is_scalar()) {
    node.one_of({"container"}, "container");
    if (kind != kContainer) node.problem("only a playbook that acts on containers can check its container");
    return probe;
  }
  node.only({"http", "tcp"});
  if (!node.is_map()) return std::nullopt;
  const Node http = node.optional("http");
  const Node tcp = node.optional("tcp");
  if (http.present() == tcp.present()) {
    node.problem("needs exactly one of: http, tcp");
    return std::nullopt;
  }
  const Node own = http.present() ? http : tcp;
  probe.kind = http.present() ? DirectProbe::Kind::kHttp : DirectProbe::Kind::kTcp;
  if (http.present()) {
    own.only({"url", "status", "http_config", "timeout"});
  } else {
    own.only({"address", "timeout"});
  }
  if (!own.is_map()) return std::nullopt;
  probe.timeout = own.optional("timeout").duration(probe.timeout, 100ms, 4s);
  if (tcp.present()) {
    read_address(own.required("address"), probe);
    return probe;
  }
  read_url(own.required("url"), probe);
  probe.status = static_cast<int>(own.optional("status").integer(probe.status, 100, 599));
  probe.http = read_http_config(own.optional("http_config"));
  return probe;
}

}  // namespace

Verify read_verify(const Node& node, std::string_view kind) {
  Verify verify;
  if (!node.present()) return verify;
  node.only({"healthy", "healthy_for", "within", "every", "direct"});
  if (!node.is_map()) return verify;
  if (const Node healthy = node.optional("healthy"); healthy.present()) {
    verify.healthy = healthy.string();
    if (auto problem = checks::promql_problem(verify.healthy)) healthy.problem(*problem);
  }
  verify.healthy_for = node.optional("healthy_for").duration(verify.healthy_for, 0s, 24h);
  const Node within = node.optional("within");
  verify.within = within.duration(verify.within, 1s, 24h);
  verify.every = node.optional("every").duration(verify.every, 100ms, 1h);
  if (verify.every > verify.within) {
    (within.present() ? within : node).problem("is shorter than `every`: no check would run within it");
  }
  verify.direct = read_direct(node.optional("direct"), kind);
  return verify;
}

}  // namespace healer
