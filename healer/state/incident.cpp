#include "healer/state/incident.h"

#include <algorithm>
#include <utility>

namespace healer {

void tell(Incident& incident, base::WallTime at, std::string_view what, std::string detail) {
  // Of a long timeline the beginning and the latest entries are kept.
  constexpr std::size_t kBeginning = 20;
  if (incident.timeline.size() >= Incident::kTimelineLimit) {
    incident.timeline.erase(incident.timeline.begin() + kBeginning);
  }
  incident.timeline.push_back({at, std::string(what), std::move(detail)});
}

}  // namespace healer
