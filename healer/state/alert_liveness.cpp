#include "healer/state/alert_liveness.h"

#include <algorithm>

namespace healer {

void AlertLiveness::observe(const Alert& alert, base::MonoTime at) {
  if (alert.firing) {
    by_fingerprint_[alert.fingerprint] = {.seen = at, .missing = {}, .delivered = at, .held = {}};
  } else {
    by_fingerprint_.erase(alert.fingerprint);
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
    const auto before = by_fingerprint_.find(fingerprint);
    Sighting sighting = before == by_fingerprint_.end() ? Sighting{} : before->second;
    const bool seen_since = sighting.seen && *sighting.seen > list.asked_at;
    if (!alive || seen_since) {
      sighting.missing.reset();
    } else {
      sighting.seen.reset();
      sighting.held.clear();
      if (!sighting.missing) sighting.missing = list.asked_at;
      if (list.asked_at - *sighting.missing >= kMissingEnds) ended.push_back(fingerprint);
    }
    after[fingerprint] = sighting;
  }
  by_fingerprint_ = std::move(after);
  return ended;
}

bool AlertLiveness::is_confirmed_firing(const std::string& fingerprint) const {
  return is_confirmed_firing(fingerprint, base::MonoTime::min());
}

bool AlertLiveness::is_confirmed_firing(const std::string& fingerprint, base::MonoTime since) const {
  const auto found = by_fingerprint_.find(fingerprint);
  return found != by_fingerprint_.end() && found->second.seen && *found->second.seen >= since;
}

std::string AlertLiveness::held(const std::string& fingerprint) const {
  const auto found = by_fingerprint_.find(fingerprint);
  return found == by_fingerprint_.end() ? "" : found->second.held;
}

std::optional<base::MonoTime> AlertLiveness::delivered(const std::string& fingerprint) const {
  const auto found = by_fingerprint_.find(fingerprint);
  return found == by_fingerprint_.end() ? std::nullopt : found->second.delivered;
}

}  // namespace healer
