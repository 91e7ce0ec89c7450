#include "healer/actions/containers/stop_timeout.h"

#include <fmt/format.h>

#include "base/docker/permit.h"
#include "base/text/duration.h"

namespace healer::actions {

base::Duration StopTimeout::planned() const { return asked.value_or(base::docker::kDefaultStopTimeout); }

std::string StopTimeout::words() const {
  if (!asked) return "its own stop timeout";
  return fmt::format("stop timeout at least {}", base::format_duration(*asked));
}

StopTimeout read_stop_timeout(const base::yaml::Node& parameters) {
  const base::yaml::Node node = parameters.optional("stop_timeout");
  if (!node.present()) return {};
  return {node.duration(base::docker::kDefaultStopTimeout, base::Duration::zero(), std::chrono::minutes(10))};
}

}  // namespace healer::actions
