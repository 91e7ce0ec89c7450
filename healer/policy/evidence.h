// From what the healer knows to what the policy machine judges.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/history.h"
#include "healer/policy/machine.h"

namespace healer::policy {

// The sign of life of everything before the healer: Prometheus evaluates, Alertmanager delivers.
struct Watchdog {
  base::MonoTime since{};  // the start of this life: before its first receipt, silence counts from here
  std::optional<base::MonoTime> seen;
  base::WallTime seen_wall{};
  // When the last whole list was asked for, if it held a live one. A delivery does not count: Alertmanager
  // goes on repeating what a dead Prometheus said last, and only the list tells how old that is.
  std::optional<base::MonoTime> listed;

  base::MonoTime silent_at(base::Duration limit) const { return seen.value_or(since) + limit; }
  bool silent(base::MonoTime now, base::Duration limit) const { return now >= silent_at(limit); }
  // Until when the last list is evidence of health.
  std::optional<base::MonoTime> fresh_until(base::Duration reconcile_interval) const {
    return listed ? std::optional(*listed + 2 * reconcile_interval) : std::nullopt;
  }
};

// What the healer notices of its surroundings and itself.
struct Senses {
  Watchdog watchdog{};
  base::MonoTime prometheus_answered{};  // before it ever did: the start of this life
  bool journal_failing = false;
  bool file_failing = false;
  std::vector<Cause> chain{};  // what the way from the rules to the healer gives cause for
  bool chain_sound = true;     // nothing is missing on it
  // Outputs on which a reader still finds a document that allows more than the newest one.
  std::vector<std::string> outputs_behind{};

  base::MonoTime unreachable_at(base::Duration limit) const { return prometheus_answered + limit; }
};

inline constexpr std::string_view kOperatorHold = "operator hold";
// Until the first whole list of alerts the document is no_new_trades at least.
inline constexpr std::string_view kStarting = "starting: Alertmanager has not answered yet";
inline constexpr std::string_view kStartingWithoutRules = "starting: the rules are not known yet";

// Every reason for a stricter policy than allow_all, strictest first, then by its words. `unwritten`: alerts
// that could not be made durable, by fingerprint. A policy label that names no policy demands no_new_trades:
// its author wanted something.
Evidence gather(const History& history, const std::map<std::string, Alert>& unwritten, const Config& config,
                const Senses& senses, base::MonoTime now);

}  // namespace healer::policy
