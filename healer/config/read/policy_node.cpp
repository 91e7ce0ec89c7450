#include "healer/config/read/policy_node.h"

#include <set>

#include "base/http/url.h"
#include "healer/config/read/http_config.h"
#include "healer/config/read/server_node.h"

namespace healer::policy {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

// A key without a value would be the name "".
void read_name(const Node& node, std::string& name) {
  if (node.present()) name = node.non_empty_string();
}

// Without monitoring no new position may be opened, so a policy that would allow it is refused rather than
// ignored.
std::string read_silence(const Node& node) {
  constexpr std::string_view kFloor = "no_new_trades";
  const std::string text = node.is_map() || node.is_list() ? "" : node.string(std::string(kFloor));
  if (text != "allow_all" && text != "safe_risk_profile")
    return node.one_of({kFloor, "defensive_exit", "emergency_shutdown"}, kFloor);
  node.problem(
      fmt::format("{} would allow new positions while monitoring is silent: no_new_trades, defensive_exit or "
                  "emergency_shutdown",
                  text));
  return std::string(kFloor);
}

RiskProfile read_profile(const Node& node) {
  RiskProfile profile;
  if (!node.present()) return profile;
  if (!node.is_map()) {
    node.problem("must be a map");
    return profile;
  }
  node.only({"max_leverage", "position_size_factor"});
  profile.max_leverage = node.optional("max_leverage").number(profile.max_leverage, 0.01, 1000);
  profile.position_size_factor =
      node.optional("position_size_factor").number(profile.position_size_factor, 0.001, 1);
  return profile;
}

std::optional<RedisPolicyConfig> read_redis(const Node& node) {
  if (!node.present()) return std::nullopt;
  if (!node.is_map()) {
    node.problem("must be a map");
    return std::nullopt;
  }
  node.only({"address", "database", "key", "channel", "username", "password_file"});
  RedisPolicyConfig redis;
  redis.server = actions::read_redis_server(node);
  read_name(node.optional("key"), redis.key);
  read_name(node.optional("channel"), redis.channel);
  return redis;
}

std::vector<PushPolicyConfig> read_push(const Node& node) {
  std::vector<PushPolicyConfig> all;
  if (!node.present()) return all;
  std::set<std::string> names;
  for (const Node& item : node.items()) {
    if (!item.is_map()) {
      item.problem("must be a map");
      continue;
    }
    item.only({"name", "url", "http_config"});
    PushPolicyConfig push;
    const Node name = item.required("name");
    push.name = name.non_empty_string();
    if (!push.name.empty() && !names.insert(push.name).second)
      name.problem(fmt::format("there is a receiver \"{}\" already", push.name));
    push.url = read_url(item.required("url"));
    push.http = read_http_config(item.optional("http_config"));
    all.push_back(std::move(push));
  }
  return all;
}

}  // namespace

PolicyConfig read_policy(const Node& node) {
  PolicyConfig policy;
  if (!node.present()) return policy;
  if (!node.is_map()) {
    node.problem("must be a map");
    return policy;
  }
  node.only({"file", "lease", "relax_after", "watchdog_timeout", "on_watchdog_silence", "prometheus_timeout",
             "safe_risk_profile", "chain_tolerance", "unconfirmed_end", "redis", "push"});
  policy.file = node.optional("file").string();
  policy.lease = node.optional("lease").duration(policy.lease, 3s, 1h);
  policy.relax_after = node.optional("relax_after").duration(policy.relax_after, 0s, 24h);
  policy.watchdog_timeout = node.optional("watchdog_timeout").duration(policy.watchdog_timeout, 5s, 24h);
  policy.on_watchdog_silence = read_silence(node.optional("on_watchdog_silence"));
  policy.prometheus_timeout =
      node.optional("prometheus_timeout").duration(policy.prometheus_timeout, 5s, 24h);
  policy.safe_risk_profile = read_profile(node.optional("safe_risk_profile"));
  policy.chain_tolerance = node.optional("chain_tolerance").duration(policy.chain_tolerance, 1s, 1h);
  policy.unconfirmed_end = node.optional("unconfirmed_end").duration(policy.unconfirmed_end, 0s, 24h);
  policy.redis = read_redis(node.optional("redis"));
  policy.push = read_push(node.optional("push"));
  return policy;
}

void resolve_paths(const std::filesystem::path& folder, PolicyConfig& config) {
  const auto absolute = [&folder](std::string& path) {
    if (!path.empty()) path = (folder / path).lexically_normal().string();
  };
  absolute(config.file);
  if (config.redis) absolute(config.redis->server.password_file);
  for (PushPolicyConfig& push : config.push) healer::resolve_paths(folder, push.http);
}

}  // namespace healer::policy
