// Follows the Docker Engine's events on its own thread and reconnects until it is destroyed.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "base/os/clock.h"
#include "exporter/collectors/containers/container_counters.h"

namespace exporter::collectors {

// Whether an event may change the facts of the containers collector. Each health check causes three events
// that cannot, for each container and every few seconds.
bool changes_facts(std::string_view action);

class ContainerEvents {
 public:
  // Every event goes to `counters`. `run_soon` is called when the stream is connected and after each event
  // that changes facts. Both must outlive this.
  ContainerEvents(std::string docker_host, ContainerCounters& counters, std::function<void()> run_soon,
                  const base::Clock& clock);

 private:
  std::jthread thread_;
};

}  // namespace exporter::collectors
