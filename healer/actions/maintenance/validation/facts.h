// The phases that check facts of the exporter in Prometheus.
#pragma once

#include <cstdint>
#include <vector>

#include "base/os/clock.h"
#include "healer/actions/maintenance/validation/validation.h"
#include "healer/verify/prometheus.h"

namespace healer::validation {

// Each returns a list of checks; if Prometheus has no data, one failed check with the reason. An empty list:
// nothing of the kind is configured. Each blocks up to the deadline.
std::vector<Check> check_files(const checks::Prometheus& prometheus, std::uint64_t min_bytes,
                               base::Deadline deadline);
std::vector<Check> check_containers(const checks::Prometheus& prometheus, base::Deadline deadline);
// Values for information; they never fail.
std::vector<Check> read_system(const checks::Prometheus& prometheus, base::Deadline deadline);

}  // namespace healer::validation
