// Whether the path from the rules to the healer is complete, and when a cause of the policy is over.
//
// There are two sources: the rulers' reports of their rules, and Alertmanager's deliveries. An alert that
// fires in either is a cause. A cause is over only when its rule is loaded, healthy, evaluated since, and
// inactive. A lasting difference between the two sources is a separate cause.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/engine/policy/machine.h"
#include "healer/journal/records/record.h"
#include "healer/model/policy/ruler_state.h"
#include "healer/state/history/history.h"
#include "healer/state/snapshot.h"

namespace healer::policy {

// The alert that always fires; its label `policy` is the demand that the rules record, or `unknown`.
// Another system's alert of that name lacks the labels of this installation.
bool is_heartbeat(const Alert& alert, const HeartbeatConfig& config);

class Chain {
 public:
  void take(RulesInput input, base::MonoTime now);
  // Processes a delivery or a whole list: its heartbeats, and its alerts without heal or policy.
  void take(const AlertsInput& input, const HeartbeatConfig& config, base::MonoTime now);

  // Every configured ruler has responded to this process.
  bool has_answers(const Config& config) const;
  // A heartbeat is firing.
  bool beats() const { return !heartbeats_.empty(); }
  // Any ruler has an alerting rule of this name loaded.
  bool knows(std::string_view alertname) const;
  // The newest state of each ruler that has responded.
  std::vector<std::shared_ptr<const RulerState>> states() const;

  struct Verdict {
    std::vector<Cause> causes;          // beside the alerts that fire in Alertmanager
    bool sound = true;                  // nothing is missing: the policy may loosen
    std::vector<Fact> facts;            // to be made durable; they apply from then on
    std::optional<base::MonoTime> due;  // when the verdict changes with time alone
    // What else an operator may release: the text of a cause, or "rule NAME", and the fact that ends it.
    std::multimap<std::string, Fact> releasable;
    struct Unproven {
      Policy demands = Policy::kNoNewTrades;
      std::vector<std::string> keys;  // of the causes
    };
    std::map<std::string, Unproven> unproven;  // alerts that ended without evidence, by the text of the cause
    ChainView view;
  };
  Verdict judge(const History& history, const Config& config, base::Now now);
  // The facts that end the causes that an operator names: by the text of a cause, by its part before the
  // colon, or by the name of its alert or rule. The error lists the causes that can be released.
  static base::Result<std::vector<Fact>> release(const Verdict& verdict, std::string_view cause);

 private:
  struct Ruler {
    RulesInput newest;                       // a response
    std::optional<base::MonoTime> answered;  // when it came
    std::string error;                       // of the newest query
    struct Progress {
      base::WallTime evaluated_at{};
      base::MonoTime since{};
    };
    std::map<std::string, Progress> groups;  // by file and name
  };
  struct Heartbeat {
    std::optional<Policy> demand;  // none: it has no such label
  };
  class Judge;

  std::map<std::string, Ruler, std::less<>> rulers_;
  std::map<std::string, Heartbeat> heartbeats_;   // firing ones, by fingerprint
  std::vector<Alert> unasking_;                   // of the last whole list
  std::optional<base::MonoTime> truncated_;       // time of a delivery that no list has followed
  std::map<std::string, base::MonoTime> doubts_;  // since when, by key of the doubt
};

}  // namespace healer::policy
