// Environment variables that containers must have, by name only: values never leave the Docker client.
//
//   env:
//     quantum_trading_bot: [BINANCE_API_KEY, BINANCE_API_SECRET]
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/docker/docker.h"
#include "base/yaml/yaml.h"
#include "exporter/family.h"
#include "inventory/subsystems.h"

namespace exporter::collectors {

// Container and its variables, in file order.
using RequiredEnv = std::vector<std::pair<std::string, std::vector<std::string>>>;

// Reports as problems: containers that subsystems.yml does not declare, and invalid variable names.
RequiredEnv read_required_env(const base::yaml::Node& node, const base::Inventory& inventory);

// For each required variable, whether the container has it. 0 when the container is in neither list, because
// then it does not exist. No sample for a container in `unknown`, which the engine did not describe. Pure.
prometheus::MetricFamily container_env_metric(const RequiredEnv& required,
                                              const std::vector<const base::docker::Container*>& inspected,
                                              const std::vector<std::string_view>& unknown);
Family container_env_family();

}  // namespace exporter::collectors
