// The phases that are facts which Prometheus knows of the exporter.
#pragma once

#include <cstdint>
#include <vector>

#include "base/clock.h"
#include "healer/checks/prometheus.h"
#include "healer/validation/validation.h"

namespace healer::validation {

// Each a list of checks; where nothing can be learned, one that failed and says why. An empty list: nothing
// of the kind is configured. Each blocks up to the deadline.
std::vector<Check> check_files(const checks::Prometheus& prometheus, std::uint64_t min_bytes,
                               base::Deadline deadline);
std::vector<Check> check_containers(const checks::Prometheus& prometheus, base::Deadline deadline);
// Figures, never a failure.
std::vector<Check> read_system(const checks::Prometheus& prometheus, base::Deadline deadline);

}  // namespace healer::validation
