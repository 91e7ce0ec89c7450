// Collects the causes of the policy for the policy machine.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/policy/machine.h"
#include "healer/state/history/history.h"

namespace healer::policy {

// The Watchdog's state: it shows that Prometheus evaluates and Alertmanager delivers.
struct Watchdog {
  base::MonoTime since{};  // the start of this process: before the first Watchdog, silence counts from here
  std::optional<base::MonoTime> seen;
  base::WallTime seen_wall{};
  // When the last whole list was requested, if it had a live Watchdog. A delivery does not count:
  // Alertmanager keeps repeating the last alerts of a Prometheus that is down, and only the list shows how
  // old they are.
  std::optional<base::MonoTime> listed;

  base::MonoTime silent_at(base::Duration limit) const { return seen.value_or(since) + limit; }
  bool silent(base::MonoTime now, base::Duration limit) const { return now >= silent_at(limit); }
  // Until when the last list is evidence of health.
  std::optional<base::MonoTime> fresh_until(base::Duration reconcile_interval) const {
    return listed ? std::optional(*listed + 2 * reconcile_interval) : std::nullopt;
  }
};

// The healer's observations of its surroundings and itself.
struct PolicyInputs {
  Watchdog watchdog{};
  base::MonoTime prometheus_answered{};  // before its first response: the start of this process
  bool journal_failing = false;
  bool file_failing = false;
  std::vector<Cause> chain{};  // causes from the path from the rules to the healer
  bool chain_sound = true;     // nothing is missing on that path
  // Outputs that still hold a document that allows more than the newest one.
  std::vector<std::string> outputs_behind{};

  base::MonoTime unreachable_at(base::Duration limit) const { return prometheus_answered + limit; }
};

inline constexpr std::string_view kOperatorHold = "operator hold";
// Until the first whole list of alerts the document is no_new_trades at least.
inline constexpr std::string_view kStarting = "starting: Alertmanager has not answered yet";
inline constexpr std::string_view kStartingWithoutRules = "starting: the rules are not known yet";

// Every cause for a stricter policy than allow_all, strictest first, then by text. `unwritten`: alerts that
// could not be made durable, by fingerprint. A label `policy` with an unknown value demands no_new_trades,
// because its author wanted a restriction.
Evidence gather(const History& history, const std::map<std::string, Alert>& unwritten, const Config& config,
                const PolicyInputs& inputs, base::MonoTime now);

}  // namespace healer::policy
