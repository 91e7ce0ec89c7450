// Counts what happens to containers between two looks at them: restarts and OOM kills, by container name.
//
// The engine's events tell of each one while the stream stands. What happened while it did not (the engine
// was down, the connection broke) is made up for at the next look: a container that was started since,
// without an event, has been restarted. Outlives the collectors, so that a failing engine or a reload of the
// configuration loses no count. Pure apart from its lock.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/docker.h"

namespace exporter::collectors {

class ContainerCounters {
 public:
  struct Counts {
    std::uint64_t restarts = 0;
    std::uint64_t oom_kills = 0;
  };

  // The stream of events stands from here on: `at` in the engine's time.
  void connected(base::WallTime at);
  void disconnected();
  void apply(const base::docker::Event& event);
  // One look at all containers. Forgets every container and name that is neither in it nor in `keep`.
  void look(const std::vector<base::docker::Container>& containers, const std::set<std::string>& keep);

  // Zero for a name never heard of.
  Counts of(const std::string& name) const;

 private:
  // What is known of one container, by id: a new container under an old name starts afresh.
  struct Known {
    bool started_before = false;     // so that the next start is a restart
    base::WallTime starts_until{};   // every start up to here is counted or was before our time
    base::WallTime ends_until{};     // likewise every end
    std::int64_t restart_count = 0;  // the engine's own, when last all was counted
    std::int64_t starts_since = 0;   // counted from events after that
  };

  void make_up_starts(Known& known, const base::docker::Container& container);
  void make_up_ooms(Known& known, const base::docker::Container& container, bool first_look);

  mutable std::mutex mutex_;
  std::map<std::string, Known> known_;    // by id
  std::map<std::string, Counts> counts_;  // by name
  std::optional<base::WallTime> connected_;
};

}  // namespace exporter::collectors
