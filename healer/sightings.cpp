#include "healer/sightings.h"

namespace healer {

void Sightings::told(const Alert& alert, base::MonoTime at) {
  if (alert.firing) {
    sightings_[alert.fingerprint] = {.seen = at, .missing = {}};
  } else {
    sightings_.erase(alert.fingerprint);
  }
}

std::vector<std::string> Sightings::compare(const AlertsInput& list, bool alive,
                                            const std::set<std::string>& firing) {
  std::map<std::string, Sighting> after;
  for (const Alert& alert : list.alerts) after[alert.fingerprint].seen = list.asked_at;
  // What is silenced is known as well, but as nothing to act on.
  for (const std::string& fingerprint : list.muted) after[fingerprint];

  std::vector<std::string> ended;
  for (const std::string& fingerprint : firing) {
    if (after.contains(fingerprint)) continue;
    const auto before = sightings_.find(fingerprint);
    Sighting sighting = before == sightings_.end() ? Sighting{} : before->second;
    const bool told_since = sighting.seen && *sighting.seen > list.asked_at;
    if (!alive || told_since) {
      sighting.missing.reset();
    } else {
      sighting.seen.reset();
      if (!sighting.missing) sighting.missing = list.asked_at;
      if (list.asked_at - *sighting.missing >= kMissingEnds) ended.push_back(fingerprint);
    }
    after[fingerprint] = sighting;
  }
  sightings_ = std::move(after);
  return ended;
}

bool Sightings::stands(const std::string& fingerprint) const {
  const auto found = sightings_.find(fingerprint);
  return found != sightings_.end() && found->second.seen.has_value();
}

}  // namespace healer
