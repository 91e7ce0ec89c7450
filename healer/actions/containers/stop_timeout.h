// The stop timeout that a playbook configures.
#pragma once

#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/yaml/yaml.h"

namespace healer::actions {

struct StopTimeout {
  std::optional<base::Duration> asked{};  // nullopt: each container's own

  // The part of a rung's timeout that is planned for stopping. A container with a longer stop timeout extends
  // the deadline by the difference.
  base::Duration planned() const;
  // "its own stop timeout", "stop timeout at least 10s"
  std::string words() const;
};

// `parameters.stop_timeout`, which may be absent.
StopTimeout read_stop_timeout(const base::yaml::Node& parameters);

}  // namespace healer::actions
