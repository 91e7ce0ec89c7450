// Limits for the healer as a whole: healer.yml, `guards`. The limits of a playbook are in the playbook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/yaml/yaml.h"
#include "healer/config/windows.h"

namespace healer {

// Hours without disruptive actions, and the only hours with them. Both empty: any hour.
struct Hours {
  std::vector<guards::Window> quiet;
  std::vector<guards::Window> allowed;
};

// When too many containers are unhealthy at once, so that restarts would only make it worse.
struct StormConfig {
  // More unhealthy containers than this are a storm: at most `targets` of them, and at most the share of the
  // declared ones. Not configured: engine/storm.h has the defaults, which depend on the size of the stack.
  std::optional<int> targets{};
  std::optional<double> share{};
  base::Duration calm = std::chrono::minutes(2);  // ends after so long with at most half of what started it
  std::string policy = "no_new_trades";           // policy while the storm is active
};

struct GuardsConfig {
  Hours hours;
  int concurrency = 2;        // disruptive actions that run at once
  int actions_per_hour = 30;  // disruptive ones, of all playbooks
  // No disruptive action for so long after a start, nor before Alertmanager's list of alerts was read; 0: at
  // once.
  base::Duration startup_grace = std::chrono::seconds(10);
  base::Duration parent_settle = std::chrono::seconds(30);  // for dependents to recover by themselves
  base::Duration longest_pause = std::chrono::hours(24);    // an operator's pause ends by itself
  std::uint64_t disk_free_mib = 64;                         // less below data_dir makes the healer unhealthy
  base::Duration clock_jump = std::chrono::seconds(30);     // so does a wall clock that was set by more,
  base::Duration clock_settle = std::chrono::seconds(30);   // for so long
  bool act_after_failed_reload = false;                     // otherwise that makes it unhealthy, too
  StormConfig storm;
};

GuardsConfig read_guards(const base::yaml::Node& node);
// `quiet_hours` and `allowed_hours` of the node.
Hours read_hours(const base::yaml::Node& node);

}  // namespace healer
