// The stability check after a full restart: suites of checks, each a validation::Phase.
//
//   containers    each container runs, and its own health check does not say otherwise
//   modules       each core module loads              (validation.modules)
//   smoke         each component can be instantiated  (validation.smoke)
//   http          endpoints answer as they should     (validation.http)
//   environment   each variable that exporter.yml requires is set in its container
//   integrations  what the stack is connected to      (validation.integrations)
#pragma once

#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/os/clock.h"
#include "healer/actions/maintenance/validation/validation.h"
#include "healer/verify/prometheus.h"

namespace healer::rebuild {

// Prometheus knows which variables are required (salus_container_env_present). Whether they are set is asked
// of the engine, because facts from before the restart prove nothing. Unknown means failed. Returns by the
// deadline, after every program that it started has ended. Blocks; thread-safe.
std::vector<validation::Phase> run_suites(const ValidationConfig& config,
                                          const std::vector<std::string>& containers,
                                          const base::docker::Engine& docker,
                                          const checks::Prometheus& prometheus, const base::Clock& clock,
                                          base::Deadline deadline);

}  // namespace healer::rebuild
