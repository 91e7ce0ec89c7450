// Environment variables that containers must have, by name only: values never leave the Docker client.
//
//   env:
//     quantum_trading_bot: [BINANCE_API_KEY, BINANCE_API_SECRET]
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/docker.h"
#include "base/subsystems.h"
#include "base/yaml.h"
#include "exporter/family.h"

namespace exporter::collectors {

// Container and its variables, in file order.
using RequiredEnv = std::vector<std::pair<std::string, std::vector<std::string>>>;

// Notes as problems: containers that subsystems.yml does not declare, names no variable can have.
RequiredEnv read_required_env(const base::yaml::Node& node, const base::Inventory& inventory);

// Of each required variable, whether the container has it: 0 where the container is in neither list, for then
// it does not exist; nothing for one in `unknown`, of which the engine did not tell. Pure.
prometheus::MetricFamily container_env_metric(const RequiredEnv& required,
                                              const std::vector<const base::docker::Container*>& inspected,
                                              const std::vector<std::string_view>& unknown);
Family container_env_family();

}  // namespace exporter::collectors
