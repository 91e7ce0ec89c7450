// The stop timeout that a playbook asks for.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/yaml.h"

namespace healer::actions {

struct StopTimeout {
  std::optional<base::Duration> asked{};  // nullopt: each container's own

  // What a rung's timeout must have room for. A container whose own is longer extends the deadline by the
  // rest.
  base::Duration planned() const;
  // "its own stop timeout", "stop timeout at least 10s"
  std::string words() const;
};

// `parameters.stop_timeout`, which may be absent.
StopTimeout read_stop_timeout(const base::yaml::Node& parameters);

}  // namespace healer::actions
