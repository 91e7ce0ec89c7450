// Measures whether the healer itself is healthy enough to act: free disk space, the wall clock, the last
// reload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "healer/config/guards_config.h"
#include "healer/model/self_health.h"

namespace healer {

// Checks periodically, and keeps the wall clock's offset from monotonic time. Not thread-safe.
class SelfHealthWatch {
 public:
  // `disk_free`: free bytes below data_dir; nullopt when unknown. `config_ok`: of the last reload.
  SelfHealth look(std::optional<std::uint64_t> disk_free, bool config_ok, const GuardsConfig& limits,
                  base::Now now);

 private:
  std::optional<base::Duration> distance_;
  std::optional<base::MonoTime> jumped_;
  base::Duration by_{};
};

// The bytes that are free for the healer below the folder. May block as long as the file system does.
std::optional<std::uint64_t> disk_free(const std::string& folder);

}  // namespace healer
