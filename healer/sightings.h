// What this life of the healer has heard of alerts, beside what the journal remembers: an alert is acted on
// only while somebody says that it fires, and a missing one is not taken for ended at the first look.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/effects.h"

namespace healer {

// Not thread-safe; knows no clock.
class Sightings {
 public:
  // How long an alert must be missing from Alertmanager's lists. Alertmanager keeps no alerts over its own
  // restart: Prometheus tells it each of them again within about a minute.
  static constexpr base::Duration kMissingEnds = std::chrono::minutes(2);

  // Where mutes are not shown: for how long a delivery proves that the alert is not muted.
  static constexpr base::Duration kDeliveryProves = std::chrono::minutes(2);

  // A delivery told of it.
  void told(const Alert& alert, base::MonoTime at);

  // A whole list, beside what is remembered to be firing, by fingerprint: those of it that have been missing
  // from every list for long enough to have ended. A list that is not `alive` has no Watchdog: what is
  // missing from it may have run out, so it proves no absence.
  std::vector<std::string> compare(const AlertsInput& list, bool alive, const std::set<std::string>& firing);

  // The last that was reported is that it fires, and that nothing holds it.
  bool stands(const std::string& fingerprint) const;
  // Reported so at `since` or later.
  bool stands(const std::string& fingerprint, base::MonoTime since) const;
  // Why nothing may be healed for it; empty: it stands, or nothing was reported of it.
  std::string held(const std::string& fingerprint) const;

 private:
  struct Sighting {
    std::optional<base::MonoTime> seen;       // firing
    std::optional<base::MonoTime> missing;    // since
    std::optional<base::MonoTime> delivered;  // firing, the last time
    std::string held;                         // why it is not `seen`
  };
  std::optional<base::MonoTime> delivered(const std::string& fingerprint) const;

  std::map<std::string, Sighting> sightings_;  // by fingerprint
};

}  // namespace healer
