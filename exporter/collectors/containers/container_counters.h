// Counts restarts and OOM kills by container name.
//
// While the event stream is connected, the engine's events report each one. What happened while it was not
// (the engine was down, the connection broke) is added at the next listing: a container that was started
// since without an event has been restarted. Outlives the collectors, so that no count is lost when the
// engine fails or the configuration is reloaded. Does no I/O.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/docker/docker.h"

namespace exporter::collectors {

class ContainerCounters {
 public:
  struct Counts {
    std::uint64_t restarts = 0;
    std::uint64_t oom_kills = 0;
  };

  // The event stream is connected since `at`, in the engine's time.
  void connected(base::WallTime at);
  void disconnected();
  void apply(const base::docker::Event& event);
  // Applies one listing of all containers. Forgets every container and name that is neither in it nor in
  // `keep`.
  void look(const std::vector<base::docker::Container>& containers, const std::set<std::string>& keep);

  // Zero for an unknown name.
  Counts of(const std::string& name) const;

 private:
  // State of one container by id: a new container with an old name starts with an empty state.
  struct Known {
    bool started_before = false;     // so that the next start is a restart
    base::WallTime starts_until{};   // every start up to here is counted, or was before the exporter's start
    base::WallTime ends_until{};     // the same for ends
    std::int64_t restart_count = 0;  // the engine's count when everything was last counted
    std::int64_t starts_since = 0;   // starts counted from events after that
  };

  void make_up_starts(Known& known, const base::docker::Container& container);
  void make_up_ooms(Known& known, const base::docker::Container& container, bool first_look);

  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;    // by id
  std::map<std::string, Counts> counts_;  // by name
  std::optional<base::WallTime> connected_;
};

}  // namespace exporter::collectors
