#include "exporter/config.h"

#include <algorithm>
#include <utility>

namespace exporter {
namespace {

constexpr std::string_view kDefaultDockerHost = "unix:///var/run/docker.sock";

std::string read_docker_host(const base::yaml::Node& root) {
  const auto docker = root.optional("docker");
  docker.only({"host"});
  const auto node = docker.optional("host");
  std::string host = node.string(kDefaultDockerHost);
  if (!host.starts_with("unix:///") && !host.starts_with("tcp://")) {
    node.problem("\"" + host + "\" is not a Docker host; expected unix:///path or tcp://host:port");
  }
  return host;
}

}  // namespace

Config read_config(const std::string& config_file, const std::string& subsystems_file,
                   base::yaml::Problems& problems) {
  Config config;
  const auto inventory = base::yaml::load(subsystems_file, problems);
  config.inventory = base::read_inventory(inventory);

  const auto root = base::yaml::load(config_file, problems);
  if (!root.present()) return config;
  root.only({"docker", "cadence", "collectors"});
  const CollectorContext collector_context{config.inventory, read_docker_host(root),
                                           read_cadence(root.optional("cadence"))};

  const auto nodes = root.required("collectors");
  if (!nodes.present()) return config;
  for (const auto& [name, node] : nodes.entries()) {
    const auto& table = collector_table();
    const auto known = std::ranges::find(table, name, &Entry::name);
    if (known == table.end()) node.problem("unknown collector");
  }
  for (const Entry& entry : collector_table()) {
    const auto node = nodes.optional(entry.name);
    if (!node.present()) continue;
    CollectorFactory factory = entry.read(node, collector_context);
    factory.text += node.text();
    if (entry.uses_inventory) factory.text += inventory.text();
    if (entry.uses_docker_host) factory.text += collector_context.docker_host;
    config.collectors.push_back(std::move(factory));
  }
  if (nodes.entries().empty()) nodes.problem("must name at least one collector");
  return config;
}

}  // namespace exporter
