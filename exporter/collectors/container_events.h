// Follows the Docker Engine's events on a thread of its own, reconnecting for as long as it lives.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"
#include "exporter/collectors/container_counters.h"

namespace exporter::collectors {

// Whether an event may change what the containers collector says. Health checks alone make three that
// cannot, for each container and every few seconds.
bool changes_facts(std::string_view action);

class ContainerEvents {
 public:
  // Every event goes to `counters`; `run_soon` is called when the stream stands and after each event that
  // changes facts. Both must outlive this.
  ContainerEvents(std::string docker_host, ContainerCounters& counters, std::function<void()> run_soon,
                  const base::Clock& clock);

 private:
  std::jthread thread_;
};

}  // namespace exporter::collectors
