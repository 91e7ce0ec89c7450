// Makes all decisions of the healer: processes inputs, decides, makes the decision durable, and only then
// carries it out.
//
// Order within a turn: alerts, then policy (durable and published before anything else), then incidents. A
// record that cannot be made durable stops everything that depends on it: no action starts, the policy
// tightens, and the write is retried. What must not be lost meanwhile (an action's outcome) is kept in
// memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/engine/incident/progress.h"
#include "healer/engine/policy/chain.h"
#include "healer/engine/policy/evidence.h"
#include "healer/engine/policy/last_published.h"
#include "healer/engine/policy/machine.h"
#include "healer/journal/journal.h"
#include "healer/state/alert_liveness.h"
#include "healer/state/alert_store.h"
#include "healer/state/history/history.h"
#include "healer/state/snapshot.h"

namespace healer {

// recover() and turn() belong to one thread; alerts(), view(), reconfigure() and begin_stop() are
// thread-safe. The constructor's arguments outlive it.
class Decider {
 public:
  Decider(Config config, journal::Journal& journal, Effects& effects, const base::Clock& clock);

  // Reads the journal. Call once, before anything else. An action whose outcome is not in it was interrupted.
  // `published`: documents of the previous process that outputs still hold. The policy starts at least as
  // strict.
  base::Result<> recover(const std::vector<policy::Published>& published = {});

  // Does everything that is due and returns when the next turn is due if no input comes before. After an
  // exception the state in memory may be inconsistent: restart from the journal.
  base::MonoTime turn(std::vector<Input> inputs);

  // A new one after every turn; never null.
  std::shared_ptr<const View> view() const;

  // In force from the next turn on.
  void reconfigure(Config config);

  // The program is about to end: from the next turn on no action is planned. Everything else continues.
  void begin_stop() { stopping_ = true; }

  // Where deliveries of alerts become durable. After it accepted some, post an AlertsInput with them: it
  // wakes the decider, which takes the new records from the ledger.
  AlertStore& alerts() { return ledger_; }

 private:
  base::Result<> remember();
  std::string take_published(const std::vector<policy::Published>& published);
  void tighten_to(const policy::Published& published);
  Policy hold_without_journal(const std::vector<policy::Published>& published);
  void checkpoint();
  bool write_checkpoint_now();
  void retire();
  bool commit(PendingEffects& pending);
  void carry_out(const PendingEffects& pending);
  void journal_failed(const std::string& error);
  void try_journal_again();
  void adopt_new_config();

  void take(const AlertsInput& input);
  void take(const ActionInput& input);
  void take(const CheckInput& input);
  void take(const OperatorInput& input);
  void take(const SelfHealth& self_health);
  void take(const PrometheusInput& input);
  void take(const policy::RulesInput& input);
  base::Result<> obey(const OperatorInput& input);
  base::Result<> answer_question(const OperatorInput& input);
  base::Result<> run_by_hand(const OperatorInput& input);
  base::Result<> take_back(const OperatorInput& input);
  bool hear_watchdog(const AlertsInput& input);
  void take_list(const AlertsInput& list, bool alive);
  void drain_alerts();

  void step_policy();
  void weigh_chain();
  void record_chain();
  void adopt(const policy::PolicyState& standing);
  void keep_policy_durable();
  void tell_of_silence();
  bool step_storm();
  void publish_if_due();
  void publish_once();
  void publish_document();
  void retry_file();
  std::uint64_t next_sequence();
  std::vector<std::string> published_causes(const policy::PolicyState& standing) const;
  PolicyMoved moved_to(const policy::PolicyState& standing) const;
  policy::Permissions permissions_now() const;

  void lapse();
  void answer_alerts();
  bool spent();
  std::optional<std::size_t> answer_alerts_once(bool refused_too);
  void advance_incidents();
  bool advance_once();
  StepResult next_step(const Incident& incident);
  GuardContext conditions_for(const Incident& incident) const;
  bool may_act_on(const Incident& incident) const;
  bool is_confirmed(const Incident& incident) const;
  std::string held_of(const Incident& incident) const;
  bool ask_for_list();
  bool end_alerts_of(const Incident& incident);

  void take_turn(std::vector<Input>& inputs);
  void due(const std::optional<base::MonoTime>& at);
  void show();

  std::shared_ptr<const Config> config_;
  journal::Journal& journal_;
  Effects& effects_;
  const base::Clock& clock_;
  AlertStore ledger_;
  History history_;
  base::Now now_{};       // of this turn
  base::MonoTime due_{};  // of the next
  // Limits of this turn. The rest waits for the next one, because an alert with a policy may arrive
  // meanwhile.
  std::size_t records_left_ = 0;  // of alerts that are answered
  int writes_left_ = 0;           // transactions for incidents

  policy::PolicyInputs inputs_;  // except the journal's state
  policy::PolicyState standing_;
  policy::Chain chain_;
  policy::Chain::Verdict verdict_;  // on the chain
  bool chain_changed_ = true;       // since the verdict
  std::vector<policy::Cause> causes_;
  std::optional<PolicyDocument> document_;
  std::uint64_t sequence_ = 0;  // of the document
  bool file_failed_ = false;    // as in the causes
  std::optional<base::MonoTime> renew_at_;
  std::optional<base::MonoTime> file_retry_at_;  // while the file fails
  bool heard_of_alertmanager_ = false;  // this process has received a whole list: no firing alert is missing
  bool silence_told_ = false;
  std::optional<base::MonoTime> list_wanted_;  // requested since, and not answered yet

  std::set<std::uint64_t> arriving_;  // bodies that arrive in pieces, and are not complete

  AlertLiveness liveness_;
  base::MonoTime started_{};     // of this process
  base::WallTime last_start_{};  // the newest start in the journal; epoch: none
  std::string missing_records_;  // why the journal may lack its newest records at this start
  SelfHealth self_health_;
  std::optional<base::MonoTime> calm_since_;  // since when a storm may end

  std::vector<Alert> for_people_;  // of the last whole list: they request nothing, but are shown

  std::map<std::uint64_t, IncidentRuntime> courses_;  // of open incidents, in this process
  std::uint64_t round_ = 0;
  bool ask_refused_again_ = true;  // the configuration changed, perhaps since the last process
  std::vector<std::pair<std::uint64_t, base::Result<>>> answers_;  // to operators, sent after the turn

  // While the journal fails
  std::map<std::string, Alert> unwritten_alerts_;  // that demand a policy, which applies all the same
  std::set<std::uint64_t> held_back_;              // incidents whose move was not written
  std::map<View::Decision, std::uint64_t> unwritten_refusals_;

  std::vector<Record> backlog_;  // of the start, while the journal cannot be written
  std::optional<base::WallTime> failing_since_;
  std::string failure_;
  std::optional<base::MonoTime> retry_at_;
  std::optional<base::MonoTime> checkpoint_after_;  // the last one failed: no other before
  std::optional<base::MonoTime> retire_at_;         // when to look for old records

  std::atomic<bool> stopping_ = false;

  mutable std::mutex shared_;  // guards what follows
  std::shared_ptr<const View> view_;
  std::shared_ptr<const Config> next_config_;
};

}  // namespace healer
