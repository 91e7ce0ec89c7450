// How long the last checks of each subsystem took, reported by the collectors and probes that did them.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "base/os/clock.h"

namespace exporter {

// Thread-safe. Lives as long as the exporter. A duration is forgotten after `holds`: its check is then no
// longer configured, or hangs.
class CheckDurations {
 public:
  struct Taken {
    base::Duration length{};
    base::MonoTime at{};     // when the check ended
    base::Duration holds{};  // how long it counts
  };

  // The last run of a check of the subsystem, such as "probe redis".
  void put_subsystem(const std::string& subsystem, const std::string& check, Taken taken);
  // The last inspection of a container: a check of each subsystem that runs in it.
  void put_container(const std::string& container, Taken taken);

  // The sum for a subsystem; `container` may be empty.
  base::Duration of(const std::string& subsystem, const std::string& container, base::MonoTime now) const;

 private:
  using Key = std::pair<std::string, std::string>;  // owner, check
  void put(std::map<Key, Taken>& into, Key key, Taken taken);
  static base::Duration sum(const std::map<Key, Taken>& of, const std::string& owner, base::MonoTime now);

  mutable std::mutex mutex_;
  std::map<Key, Taken> subsystems_;
  std::map<Key, Taken> containers_;
};

}  // namespace exporter
