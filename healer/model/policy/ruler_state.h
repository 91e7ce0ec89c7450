// The alerting rules of a ruler (Prometheus, Thanos, Mimir, Loki): GET /api/v1/rules as plain values.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "healer/model/labels.h"

namespace healer::policy {

// One active alert of a rule.
struct RuledAlert {
  Labels labels;               // with alertname, without the ruler's external labels
  bool firing = false;         // else pending
  base::WallTime active_at{};  // by the ruler's clock
};

// One alerting rule. All times are by the ruler's clock.
struct LoadedRule {
  std::string name;
  std::string group;
  std::string file;
  Labels labels;       // of the rule alone; a value may be a template
  std::string health;  // ok err unknown
  std::string error;
  base::WallTime evaluated_at{};  // epoch: never
  base::Duration interval{};      // of its group
  base::Duration hold{};          // `for`
  std::vector<RuledAlert> active;
};

class RulerState {
 public:
  RulerState() = default;
  explicit RulerState(std::vector<LoadedRule> rules);

  const std::vector<LoadedRule>& rules() const { return rules_; }
  // An alerting rule of this name is loaded.
  bool knows(std::string_view alertname) const { return by_name_.contains(alertname); }
  // Every rule of this name.
  std::vector<const LoadedRule*> named(std::string_view alertname) const;

 private:
  std::vector<LoadedRule> rules_;
  std::multimap<std::string, std::size_t, std::less<>> by_name_;
};

// The series that exist about each subsystem: subsystem → metric names.
using Facts = std::map<std::string, std::set<std::string>>;

// The result of one query of a ruler.
struct RulesInput {
  std::string ruler;
  base::MonoTime asked_at{};  // just before the query
  std::string error{};        // why there is no response; empty: there is
  std::shared_ptr<const RulerState> state{};
  std::optional<base::WallTime> started_at{};  // start of the ruler's process, if it reports it
  std::optional<Facts> facts{};                // of the first ruler only
};

}  // namespace healer::policy
