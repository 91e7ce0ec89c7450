// From what the healer knows to what the policy machine judges.
#pragma once

#include <optional>
#include <string>
#include <string_view>

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

  base::MonoTime silent_at(base::Duration limit) const { return seen.value_or(since) + limit; }
  bool silent(base::MonoTime now, base::Duration limit) const { return now >= silent_at(limit); }
};

inline constexpr std::string_view kOperatorHold = "operator hold";

// Every reason for a stricter policy than allow_all, strictest first, then by its words. `journal_failing`:
// nothing can be made durable. A policy label that names no policy demands no_new_trades: its author wanted
// something.
Evidence gather(const History& history, const PolicyConfig& config, const Watchdog& watchdog,
                bool journal_failing, base::MonoTime now);

}  // namespace healer::policy
