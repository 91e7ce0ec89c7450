#include "exporter/probes/config.h"

#include <algorithm>
#include <map>

#include "base/text/duration.h"
#include "base/text/spelling.h"
#include "base/text/utf8.h"

namespace exporter::probes {
namespace {

using base::yaml::Node;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kInterval = seconds(30);
constexpr auto kTimeout = seconds(5);
constexpr auto kShortest = milliseconds(100);
constexpr auto kLongest = hours(24);
// Each probe has a thread.
constexpr std::size_t kMost = 100;

bool is_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && std::ranges::all_of(name, fits);
}

const Kind* read_kind(const Node& node) {
  if (!node.present()) return nullptr;
  const std::string name = node.string();
  const Kind* kind = find_kind(name);
  if (node.is_scalar() && kind == nullptr) {
    node.problem(
        fmt::format("\"{}\" is not one of command, http, postgres, redis, sqlite, tcp{}", base::excerpt(name),
                    base::did_you_mean(name, {"command", "http", "postgres", "redis", "sqlite", "tcp"})));
  }
  return kind;
}

Probe read_probe(const Node& node, const base::Inventory& inventory, const Cadence& cadence,
                 base::Duration interval, base::Duration timeout) {
  Probe probe;
  if (!node.is_map()) {
    node.problem("must be a map");
    return probe;
  }
  const Node name = node.required("name");
  probe.name = name.string();
  if (name.is_scalar() && !is_name(probe.name)) {
    name.problem(
        fmt::format("\"{}\" is not a valid probe name ([a-zA-Z0-9_.-]+)", base::excerpt(probe.name)));
  }
  const Node subsystem = node.optional("subsystem");
  probe.subsystem = subsystem.string();
  const base::Subsystem* of = inventory.find(probe.subsystem);
  if (subsystem.is_scalar() && of == nullptr) {
    subsystem.problem(fmt::format("subsystems.yml has no subsystem \"{}\"", base::excerpt(probe.subsystem)));
  }
  const Node own_interval = node.optional("interval");
  const Node own_timeout = node.optional("timeout");
  probe.interval = own_interval.duration(of == nullptr ? interval : cadence.of(*of), kShortest, kLongest);
  probe.timeout = own_timeout.duration(std::min(timeout, probe.interval), milliseconds(10), kLongest);
  if (probe.timeout > probe.interval) {
    own_timeout.problem(fmt::format("{} is longer than the interval, {}",
                                    base::format_duration(probe.timeout),
                                    base::format_duration(probe.interval)));
  }
  probe.kind = read_kind(node.required("kind"));
  if (probe.kind != nullptr) probe.make = probe.kind->read(node);
  probe.text = node.text();
  return probe;
}

}  // namespace

Config read_config(const Node& node, const base::Inventory& inventory, const Cadence& cadence) {
  node.only({"interval", "timeout", "concurrency", "probes"});
  Config config;
  const auto interval = node.optional("interval").duration(kInterval, kShortest, kLongest);
  const Node timeout_node = node.optional("timeout");
  const auto timeout =
      timeout_node.duration(std::min<base::Duration>(kTimeout, interval), milliseconds(10), kLongest);
  if (timeout > interval) timeout_node.problem("is longer than the interval");
  config.concurrency = static_cast<std::size_t>(node.optional("concurrency").integer(4, 1, 64));
  std::map<std::string, int> lines;
  const Node list = node.optional("probes");
  const auto nodes = list.items();
  if (nodes.size() > kMost)
    list.problem(fmt::format("{} probes; at most {} are allowed", nodes.size(), kMost));
  for (const Node& each : nodes) {
    Probe probe = read_probe(each, inventory, cadence, interval, timeout);
    const Node name = each.is_map() ? each.optional("name") : each;
    const auto [first, is_new] = lines.emplace(probe.name, name.line());
    if (!is_new && !probe.name.empty()) {
      name.problem(
          fmt::format("\"{}\" is already declared on line {}", base::excerpt(probe.name), first->second));
    }
    config.probes.push_back(std::move(probe));
  }
  return config;
}

void only(const Node& probe, std::initializer_list<std::string_view> own) {
  static constexpr std::string_view kCommon[] = {"name", "kind", "subsystem", "interval", "timeout"};
  std::vector<std::string_view> known(own);
  known.insert(known.end(), std::begin(kCommon), std::end(kCommon));
  for (const auto& [key, value] : probe.entries()) {
    if (std::ranges::find(known, key) == known.end()) value.problem("unknown key for a probe of this kind");
  }
}

base::Endpoint read_address(const Node& node) {
  if (!node.is_scalar()) {
    if (node.present()) node.problem("must be host:port or unix:///path");
    return {};
  }
  auto endpoint = base::parse_listen_address(node.string());
  if (!endpoint) {
    node.problem(endpoint.error().message);
    return {};
  }
  if (endpoint->unix_path.empty() && (endpoint->host.empty() || endpoint->port == 0)) {
    node.problem(fmt::format("\"{}\" is not an address to connect to; expected host:port or unix:///path",
                             base::excerpt(node.string())));
  }
  return std::move(*endpoint);
}

TlsOptions read_tls(const Node& node) {
  node.only({"ca_file", "server_name", "insecure_skip_verify"});
  TlsOptions tls;
  tls.verify = !node.optional("insecure_skip_verify").boolean(false);
  const Node ca_file = node.optional("ca_file");
  tls.ca_file = ca_file.string();
  if (ca_file.is_scalar() && !tls.ca_file.starts_with('/')) {
    ca_file.problem(fmt::format("\"{}\" is not an absolute path", base::excerpt(tls.ca_file)));
  }
  tls.server_name = node.optional("server_name").string();
  return tls;
}

}  // namespace exporter::probes
