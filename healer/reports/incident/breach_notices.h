// Notices about threshold breaches, with the exact counts of the whole stack. They never wait for a report.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/model/notice.h"
#include "healer/reports/incident/incident.h"
#include "healer/state/snapshot.h"

namespace healer {

// An incident without an action by then is reported as one that did not act.
constexpr base::Duration kActsWithin = std::chrono::minutes(1);

// Whether it has ended or waits for an operator.
bool at_rest(State state);
// A breach whose alert names no playbook: no incident is opened for it.
bool is_for_operator(const Alert& alert);
// Why nothing heals it.
std::string why_not_healed(const Alert& alert);
// Names this occurrence of the alert.
std::string subject_of(const Alert& alert);

// Thread-safe. Blocks for Prometheus (at most 5 s for each count), the journal and the reports' state.
class BreachNotices {
 public:
  using Tell = std::function<void(Notice)>;
  // `tell` does not block.
  BreachNotices(const base::Clock& clock, Tell tell) : clock_(clock), tell_(std::move(tell)) {}

  // Marks a notice about the incident as being prepared: trigger() follows. Never blocks.
  void claim(const std::string& incident);
  // Sends a notice of kAutoHealTriggered with the exact counts, or unchanged if they are not available.
  void trigger(Notice notice, const Config& config, const View& view);
  // Sends what no notice was sent about: breaches that nothing heals, and those of an earlier process that
  // ended before it could. A breach with a section in the weekly report was announced. Returns after how long
  // there may be more to do if nothing changes. A stop request ends it between two notices.
  std::optional<base::Duration> announce_due(const View& view, const Config& config,
                                             const std::stop_token& stop = {});
  // False while a notice about it is being prepared. `subject`: an incident, or of subject_of().
  bool sent(const std::string& subject) const;
  // The counts of the hour until `until`; the same in each call about this subject.
  Notice::Pairs count(const std::string& subject, const std::vector<Alert>& alerts, base::WallTime until,
                      const Config& config);

 private:
  struct Announced {
    base::MonoTime since{};
    base::WallTime opened_at{};  // of the incident or alert; epoch: unknown
    bool sent = false;
  };
  struct Counted {
    base::MonoTime since{};
    Notice::Pairs fields;
  };
  bool begin(const std::string& subject, base::WallTime opened_at);  // false: begun before
  void send(const std::string& subject, Notice notice);
  bool is_due(const IncidentView& incident, std::optional<base::Duration>& again);
  base::Result<> announce(const IncidentView& incident, const Config& config, const View& view);
  void announce(const Alert& alert, const Config& config);
  void forget_old();

  const base::Clock& clock_;
  const Tell tell_;
  mutable std::mutex mutex_;
  std::map<std::string, Announced> announced_;  // in this process, by subject
  std::map<std::string, Counted> counted_;      // by subject
  // How many kinds of alerts an incident had when it was found not to need a notice.
  std::map<std::string, std::size_t> quiet_;
};

}  // namespace healer
