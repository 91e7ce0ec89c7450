// What was checked of a subsystem, what was seen, and what follows from it, for the health report.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/os/clock.h"
#include "healer/verify/stack_health.h"
#include "inventory/subsystems.h"

namespace healer {

// The facts of a subsystem; those of an unknown one if Prometheus has none.
const SubsystemFacts& facts_of(const StackHealth& stack_health, const std::string& subsystem);

// How long its checks took, in milliseconds: as the exporter measures it, else the slowest probe, else the
// query in which nothing was found.
double response_time_ms(const SubsystemFacts& facts, const StackHealth& stack_health);

// The failed calls that the subsystem counts; if it counts none, how many of its checks fail now. A query
// that failed counts as one.
std::uint64_t error_count(const SubsystemFacts& facts, const StackHealth& stack_health);

// {"checked":["age of the state",…],"age_seconds":320,…,"warning":"Snapshot 320s old (stale)"}: a key only
// for what is known.
nlohmann::ordered_json details_of(const base::Subsystem& subsystem, const SubsystemFacts& facts,
                                  const StackHealth& stack_health, base::WallTime now);

// The most basic fault among the facts: its container, its files, its probes, in this order; empty: not
// known.
std::string own_fault(const base::Subsystem& subsystem, const StackHealth& stack_health);
// The same, or that of what the subsystem depends on.
std::string root_cause(const std::string& subsystem, const StackHealth& stack_health,
                       const base::Inventory& inventory);

}  // namespace healer
