// What Alertmanager has reported to this process, beside the journal's state. The healer acts on an alert
// only while it is reported as firing, and a missing alert does not count as ended at once.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/inputs.h"

namespace healer {

// Not thread-safe; reads no clock.
class AlertLiveness {
 public:
  // How long an alert must be missing from Alertmanager's lists. Alertmanager keeps no alerts over its own
  // restart: Prometheus sends each of them again within about a minute.
  static constexpr base::Duration kMissingEnds = std::chrono::minutes(2);

  // If Alertmanager does not show mutes: how long a delivery proves that the alert is not muted.
  static constexpr base::Duration kDeliveryProves = std::chrono::minutes(2);

  // The alert was delivered.
  void observe(const Alert& alert, base::MonoTime at);

  // Compares a whole list with the alerts that are firing according to the history, by fingerprint. Returns
  // those that have been missing from every list for so long that they have ended. A list that is not `alive`
  // has no Watchdog: alerts missing from it may have expired, so it proves no absence.
  std::vector<std::string> compare(const AlertsInput& list, bool alive, const std::set<std::string>& firing);

  // By the latest report it fires and is not held.
  bool is_confirmed_firing(const std::string& fingerprint) const;
  // Reported so at `since` or later.
  bool is_confirmed_firing(const std::string& fingerprint, base::MonoTime since) const;
  // Why it must not be healed; empty: it is confirmed firing, or it was not reported.
  std::string held(const std::string& fingerprint) const;

 private:
  struct Sighting {
    std::optional<base::MonoTime> seen;       // firing
    std::optional<base::MonoTime> missing;    // since
    std::optional<base::MonoTime> delivered;  // firing, the last time
    std::string held;                         // why it is not `seen`
  };
  std::optional<base::MonoTime> delivered(const std::string& fingerprint) const;

  std::map<std::string, Sighting> by_fingerprint_;
};

}  // namespace healer
