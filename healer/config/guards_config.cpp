#include "healer/config/guards_config.h"

namespace healer {
namespace {

using base::yaml::Node;
using namespace std::chrono_literals;

std::vector<guards::Window> read_windows(const Node& node) {
  std::vector<guards::Window> windows;
  if (!node.present()) return windows;
  for (const Node& item : node.items()) {
    auto window = guards::parse_window(item.string());
    if (window) {
      windows.push_back(std::move(*window));
    } else {
      item.problem(window.error().message);
    }
  }
  return windows;
}

StormConfig read_storm(const Node& node) {
  StormConfig storm;
  if (!node.present()) return storm;
  node.only({"targets", "share", "calm", "policy"});
  if (const Node targets = node.optional("targets"); targets.present())
    storm.targets = static_cast<int>(targets.integer(0, 2, 100000));
  if (const Node share = node.optional("share"); share.present()) storm.share = share.number(0, 0, 1);
  storm.calm = node.optional("calm").duration(storm.calm, 0s, 24h);
  storm.policy = node.optional("policy").one_of(
      {"allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown"},
      storm.policy);
  return storm;
}

}  // namespace

Hours read_hours(const Node& node) {
  return {.quiet = read_windows(node.optional("quiet_hours")),
          .allowed = read_windows(node.optional("allowed_hours"))};
}

GuardsConfig read_guards(const Node& node) {
  GuardsConfig guards;
  if (!node.present()) return guards;
  node.only({"quiet_hours", "allowed_hours", "concurrency", "actions_per_hour", "startup_grace",
             "parent_settle", "longest_pause", "disk_free_mib", "clock_jump", "clock_settle",
             "act_after_failed_reload", "storm"});
  if (!node.is_map()) return guards;
  guards.hours = read_hours(node);
  guards.concurrency = static_cast<int>(node.optional("concurrency").integer(guards.concurrency, 1, 64));
  guards.actions_per_hour =
      static_cast<int>(node.optional("actions_per_hour").integer(guards.actions_per_hour, 1, 10000));
  guards.startup_grace = node.optional("startup_grace").duration(guards.startup_grace, 0s, 1h);
  guards.parent_settle = node.optional("parent_settle").duration(guards.parent_settle, 0s, 1h);
  guards.longest_pause = node.optional("longest_pause").duration(guards.longest_pause, 1min, 24h * 366);
  guards.disk_free_mib = static_cast<std::uint64_t>(
      node.optional("disk_free_mib").integer(static_cast<std::int64_t>(guards.disk_free_mib), 0, 1 << 30));
  guards.clock_jump = node.optional("clock_jump").duration(guards.clock_jump, 1s, 24h);
  guards.clock_settle = node.optional("clock_settle").duration(guards.clock_settle, 0s, 24h);
  guards.act_after_failed_reload =
      node.optional("act_after_failed_reload").boolean(guards.act_after_failed_reload);
  guards.storm = read_storm(node.optional("storm"));
  return guards;
}

}  // namespace healer
