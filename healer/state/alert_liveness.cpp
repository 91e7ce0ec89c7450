#include "healer/state/alert_liveness.h"

#include <algorithm>

namespace healer {

void AlertLiveness::told(const Alert& alert, base::MonoTime at) {
  if (alert.firing) {
    liveness_[alert.fingerprint] = {.seen = at, .missing = {}, .delivered = at, .held = {}};
  } else {
    liveness_.erase(alert.fingerprint);
  }
}

std::vector<std::string> AlertLiveness::compare(const AlertsInput& list, bool alive,
                                                const std::set<std::string>& firing) {
  std::map<std::string, Sighting> after;
  for (const Alert& alert : list.alerts) {
    Sighting& sighting = after[alert.fingerprint];
    sighting.delivered = delivered(alert.fingerprint);
    if (list.deliveries_only &&
        (!sighting.delivered || *sighting.delivered + kDeliveryProves < list.asked_at)) {
      sighting.held = "it has no recent delivery, and a time interval of Alertmanager's route may mute it";
    } else {
      sighting.seen = std::max(list.asked_at, sighting.delivered.value_or(list.asked_at));
    }
  }
  // Held alerts are known as well, but the healer does not act on them.
  for (const auto& [fingerprint, why] : list.held) {
    // A delivery after the query is newer.
    const std::optional<base::MonoTime> at = delivered(fingerprint);
    const bool newer = at && *at > list.asked_at;
    after[fingerprint] = {
        .seen = newer ? at : std::nullopt, .missing = {}, .delivered = at, .held = newer ? "" : why};
  }

  std::vector<std::string> ended;
  for (const std::string& fingerprint : firing) {
    if (after.contains(fingerprint)) continue;
    const auto before = liveness_.find(fingerprint);
    Sighting sighting = before == liveness_.end() ? Sighting{} : before->second;
    const bool told_since = sighting.seen && *sighting.seen > list.asked_at;
    if (!alive || told_since) {
      sighting.missing.reset();
    } else {
      sighting.seen.reset();
      sighting.held.clear();
      if (!sighting.missing) sighting.missing = list.asked_at;
      if (list.asked_at - *sighting.missing >= kMissingEnds) ended.push_back(fingerprint);
    }
    after[fingerprint] = sighting;
  }
  liveness_ = std::move(after);
  return ended;
}

bool AlertLiveness::stands(const std::string& fingerprint) const {
  return stands(fingerprint, base::MonoTime::min());
}

bool AlertLiveness::stands(const std::string& fingerprint, base::MonoTime since) const {
  const auto found = liveness_.find(fingerprint);
  return found != liveness_.end() && found->second.seen && *found->second.seen >= since;
}

std::string AlertLiveness::held(const std::string& fingerprint) const {
  const auto found = liveness_.find(fingerprint);
  return found == liveness_.end() ? "" : found->second.held;
}

std::optional<base::MonoTime> AlertLiveness::delivered(const std::string& fingerprint) const {
  const auto found = liveness_.find(fingerprint);
  return found == liveness_.end() ? std::nullopt : found->second.delivered;
}

}  // namespace healer
