#include "healer/app/self_health_watch.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/text/duration.h"

namespace healer {

SelfHealth SelfHealthWatch::look(std::optional<std::uint64_t> disk_free, bool config_ok,
                                 const GuardsConfig& limits, base::Now now) {
  SelfHealth self_health;
  if (!disk_free) {
    self_health.disk = "the free space below data_dir is unknown";
  } else if (*disk_free / 1024 / 1024 < limits.disk_free_mib) {
    self_health.disk = fmt::format("less than {} MiB are free below data_dir", limits.disk_free_mib);
  }
  const base::Duration distance = now.wall.time_since_epoch() - now.mono.time_since_epoch();
  const base::Duration drift = distance_ ? distance - *distance_ : base::Duration::zero();
  if (drift >= limits.clock_jump || -drift >= limits.clock_jump) {
    jumped_ = now.mono;
    by_ = drift;
  }
  distance_ = distance;
  if (jumped_ && now.mono < *jumped_ + limits.clock_settle) {
    self_health.clock =
        fmt::format("the wall clock was set {} by {}", by_ < base::Duration::zero() ? "back" : "forward",
                    base::format_duration(by_ < base::Duration::zero() ? -by_ : by_));
  }
  if (!config_ok && !limits.act_after_failed_reload)
    self_health.config =
        "the last reload of the configuration failed; the configuration in force may be outdated";
  return self_health;
}

std::optional<std::uint64_t> disk_free(const std::string& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  if (error) return std::nullopt;
  return space.available;
}

}  // namespace healer
