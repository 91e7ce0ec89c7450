// Whether the way from the rules to the healer is whole, and when a cause of the policy is over.
//
// Two witnesses: what the rulers report of their rules, and what Alertmanager delivers. What either says
// fires is a cause. A cause is over only when its rule is loaded, healthy, evaluated since, and inactive.
// What lasts as a difference between the two is a cause of its own.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/effects.h"
#include "healer/history.h"
#include "healer/policy/machine.h"
#include "healer/policy/ruler_state.h"
#include "healer/record.h"
#include "healer/view.h"

namespace healer::policy {

// The alert that always fires; its label `policy` is the demand that the rules record, or `unknown`.
// Another system's alert of that name lacks the labels of this installation.
bool is_heartbeat(const Alert& alert, const HeartbeatConfig& config);

class Chain {
 public:
  void take(RulesInput input, base::MonoTime now);
  // A delivery or a whole list: its heartbeats, and how alerts arrived that ask for nothing.
  void take(const AlertsInput& input, const HeartbeatConfig& config, base::MonoTime now);

  // Every configured ruler has answered in this life.
  bool has_answers(const Config& config) const;
  // A heartbeat is firing, as far as is known.
  bool beats() const { return !heartbeats_.empty(); }
  // Any ruler has an alerting rule of this name loaded.
  bool knows(std::string_view alertname) const;
  // The newest answer of each ruler that has answered.
  std::vector<std::shared_ptr<const RulerState>> states() const;

  struct Verdict {
    std::vector<Cause> causes;          // beside the alerts that Alertmanager has firing
    bool sound = true;                  // nothing is missing: the policy may loosen
    std::vector<Fact> facts;            // to be made durable; they hold from then on
    std::optional<base::MonoTime> due;  // when time alone changes the verdict
    // What else an operator may end: the words of a cause, or "rule NAME", and what ends it.
    std::multimap<std::string, Fact> releasable;
    struct Unproven {
      Policy demands = Policy::kNoNewTrades;
      std::vector<std::string> keys;  // of the causes
    };
    std::map<std::string, Unproven>
        unproven;  // alerts that ended without evidence, by the words of the cause
    ChainView view;
  };
  Verdict judge(const History& history, const Config& config, base::Now now);
  // What ends the causes that an operator names: by the words of one, by those before its colon, or by the
  // name of its alert or rule. An error names what there is.
  static base::Result<std::vector<Fact>> release(const Verdict& verdict, std::string_view cause);

 private:
  struct Ruler {
    RulesInput newest;                       // an answer
    std::optional<base::MonoTime> answered;  // when it came
    std::string error;                       // of the newest question
    struct Progress {
      base::WallTime evaluated_at{};
      base::MonoTime since{};
    };
    std::map<std::string, Progress> groups;  // by file and name
  };
  struct Heartbeat {
    std::optional<Policy> demand;  // none: it came without the label
  };
  class Judge;

  std::map<std::string, Ruler, std::less<>> rulers_;
  std::map<std::string, Heartbeat> heartbeats_;   // firing ones, by fingerprint
  std::vector<Alert> unasking_;                   // of the last whole list
  std::optional<base::MonoTime> truncated_;       // a delivery that no list has followed
  std::map<std::string, base::MonoTime> doubts_;  // since when, by what is doubted
};

}  // namespace healer::policy
