// The steps of one Chain::judge().
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "healer/engine/policy/alert_index.h"
#include "healer/engine/policy/chain.h"

namespace healer::policy {

class Chain::Judge {
 public:
  Judge(Chain& chain, const History& history, const Config& config, base::Now now)
      : chain_(chain), history_(history), config_(config), now_(now) {}

  Verdict run();

 private:
  // A deviation. It becomes a cause when it has lasted for `patience`; until then the policy does not loosen.
  struct Doubt {
    std::string key;  // stable
    std::string text;
    Policy demands = Policy::kNoNewTrades;
    base::Duration patience{};
  };
  void doubt(Doubt doubt);
  void add_cause(Policy demands, std::string what) { verdict_.causes.push_back({demands, std::move(what)}); }

  // The state of a ruler; nullptr before its first response.
  const Ruler* answered(std::string_view name) const;
  bool is_configured(std::string_view name) const;
  base::Duration patience(const LoadedRule& rule) const;

  void look_at_rulers();
  void learn_rules(const RulerConfig& config, const Ruler& ruler);
  void look_for_missing_rules(const RulerConfig& config, const Ruler& ruler);
  void look_at_evaluation(const RulerConfig& config, const Ruler& ruler);
  void look_at_alerts(const RulerConfig& config, const Ruler& ruler);
  void look_at_delivery(const LoadedRule& rule, const RuledAlert& alert, Policy demands);
  void look_at_heartbeat();
  void look_at_demand(std::optional<Policy> by_ruler, std::optional<Policy> by_delivery);
  void end_causes();
  // Why a cause is not over yet; nullopt: it is over.
  std::optional<std::string> why_not_over(const AlertCause& cause);
  std::optional<std::string> why_not_over(const AlertCause& cause, const std::string& ruler);
  std::optional<std::string> why_unconfirmed(const AlertCause& cause);
  std::optional<std::string> why_no_facts(const AlertCause& cause, const RulesInput& newest) const;
  // The rulers that have or had a rule of this name.
  const std::set<std::string>& rulers_of(const std::string& alertname);
  bool is_active(const std::string& ruler, const LoadedRule& rule, const Labels& labels);
  bool demand_is_known(const RulesInput& newest) const;
  const AlertIndex& delivered(std::string_view name);
  void settle_doubts();

  Chain& chain_;
  const History& history_;
  const Config& config_;
  const base::Now now_;
  Verdict verdict_;
  std::map<std::string, Doubt> doubts_;
  std::map<std::string, std::set<std::string>> rulers_of_;  // by the name of an alert
  std::set<std::string> active_;                            // keys of causes whose alert fires in a ruler now
  std::optional<Policy> ruled_;  // the strictest that an alert of a ruler demands by `policy`
  std::map<std::pair<std::string, std::string>, AlertIndex> active_index_;  // by ruler and rule's name
  std::map<std::string, AlertIndex, std::less<>> delivered_index_;
  bool delivered_indexed_ = false;
  bool waits_ = false;         // the current cause only waits for time to pass
  bool answered_all_ = false;  // every configured ruler has responded to this process
};

}  // namespace healer::policy
