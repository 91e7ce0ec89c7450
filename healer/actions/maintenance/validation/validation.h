// The weekly validation: five phases of checks, from facts in Prometheus and from configured commands.
//
//   modules     each core module loads: a command each
//   integrity   each listed file exists, is larger than a few bytes and matches its manifest
//   containers  every declared container runs
//   system      disk, memory, CPU and memory of each container: information, never a failure
//   smoke       each command (load and instantiate a component) succeeds
//
// Unknown never passes: a check fails if Prometheus has no data for it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/model/validation_result.h"
#include "healer/verify/prometheus.h"

namespace healer::validation {

// A phase from its checks, of which `may_fail` may fail.
Phase judge(std::string name, std::vector<Check> checks, base::Duration took, std::size_t may_fail = 0);

// Runs all phases, with as many commands in parallel as configured. Returns by `deadline`, after every
// program that it started has ended. A check without time left has failed and says so. Never fails as a
// whole. Blocks; thread-safe. `on_phase` is called with the number of each phase, 0 to 4, when it begins; in
// this order, by one thread at a time.
Validation validate(const ValidationConfig& config, const checks::Prometheus& prometheus,
                    const base::Clock& clock, base::Deadline deadline,
                    const std::function<void(std::size_t phase)>& on_phase = {});

}  // namespace healer::validation
