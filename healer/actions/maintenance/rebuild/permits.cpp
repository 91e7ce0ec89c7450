#include "healer/actions/maintenance/rebuild/permits.h"

namespace healer::rebuild {

base::Result<Permits> permit_all(const base::docker::Engine& docker,
                                 const std::vector<std::string>& containers,
                                 std::optional<base::Duration> stop_timeout, base::Deadline deadline) {
  Permits all;
  std::vector<std::string> there;  // by name: compose lists ids
  for (const std::string& container : containers) {
    const auto found = docker.inspect(container, deadline);
    if (!found) return std::unexpected(found.error());
    if (*found) there.push_back((*found)->id == container ? (*found)->name : container);
  }
  for (const std::string& container : there) {
    auto permit = base::docker::permit(
        docker, container,
        {.what = base::docker::Disruption::kReplace, .stop_timeout = stop_timeout, .along = there}, deadline);
    if (!permit) return std::unexpected(permit.error());
    all.beyond_plan += permit->beyond(stop_timeout.value_or(base::docker::kDefaultStopTimeout));
    all.permits.push_back(std::move(*permit));
  }
  return all;
}

}  // namespace healer::rebuild
