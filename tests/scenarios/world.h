// A small world around the decider: targets that break and mend, alerts that follow them, an Alertmanager
// that delivers at least once, a healer process that can die. Time moves only when told.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "healer/engine/decider/decider.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/fake_journal.h"

namespace tests {

// What a run of an action does to its target.
struct Effect {
  enum class Kind { kHelps, kUseless, kFails, kRelapses, kNeverReturns, kExits } kind = Kind::kUseless;
  base::Duration after{};  // of a relapse
};

class World final : public healer::Effects {
 public:
  explicit World(healer::Config config);
  ~World() override;

  // ---- the story's events ----
  void at(base::Duration offset, std::function<void()> what);
  void run_until(base::Duration offset);

  void fires(healer::Labels labels,
             std::optional<base::Duration> starts = std::nullopt);  // and its target is broken
  void fire_together(const std::vector<healer::Labels>& all);       // in one delivery
  void resolves(const healer::Labels& labels);                      // and its target is sound
  void deliver_again();                                             // the same body of everything that fires
  void deliver_stale(healer::Labels labels, base::Duration starts);
  void set_known(const std::string& target, bool known);  // whether checks find any facts of it
  void set_watchdog(bool alive) { watchdog_ = alive; }
  void operate(const healer::OperatorCommand& command, const std::string& reason = "as told");
  void release_latched();
  // Takes back the newest action that can be; comes again until there is one. `again`: the same once more.
  void undo(bool again);
  // Answers what waits for it; comes again until something does and the answer is taken, for a minute.
  void answer_question(bool approve, int tries = 12);
  void answer_again(bool approve);                                          // the same question
  static constexpr base::Duration kRestartTakes = std::chrono::seconds(1);  // of the healer
  void kill(base::Duration down = kRestartTakes);  // the healer; it starts again by itself
  void runs(const std::string& target, std::vector<Effect> effects);

  // Completes the outcome of an action before the healer receives it.
  std::function<void(const healer::ActionRequest&, healer::ActionInput&)> complete_outcome;

  // ---- what came of it ----
  FakeJournal journal;
  FakeClock clock;
  healer::Config config;
  base::Duration now() const;
  const healer::View& view() const { return *view_; }
  struct Run {
    std::string action_id, incident, target;
  };
  const std::vector<Run>& actions() const { return actions_; }
  const std::vector<healer::PolicyDocument>& published() const { return published_; }
  const std::vector<healer::Notice>& notices() const { return notices_; }
  const std::vector<healer::Alert>& acknowledged() const { return acknowledged_; }
  const std::vector<std::string>& operator_errors() const { return operator_errors_; }
  // A published policy that was looser than a policy alert that had been acknowledged and not ended.
  const std::vector<std::string>& too_loose() const { return too_loose_; }

  bool trading_halted() const { return halted_; }

  // ---- Effects ----
  std::string describe(const healer::ActionRequest& order) const override;
  void run(const healer::ActionRequest& order) override;
  void check(const healer::CheckRequest& order) override;
  base::Result<> publish(const healer::PolicyDocument& document) override;
  void notify(const healer::Notice& notice) override { notices_.push_back(notice); }
  void answer(std::uint64_t ticket, const base::Result<>& result) override;

 private:
  struct Sick {
    healer::Alert alert;
    std::string target;
  };
  healer::Alert fall_ill(healer::Labels labels, std::optional<base::Duration> starts);
  void start_healer();
  void turn(std::vector<healer::Input> inputs);
  void deliver(std::vector<healer::Alert> alerts);
  void reconcile();
  void beat();
  void set_health(const std::string& target, bool healthy);
  void alerts_follow(const std::string& target);
  void resume(const healer::ActionRequest& order);
  std::string target_of(const healer::Labels& labels) const;
  healer::Policy demanded() const;

  std::multimap<base::Duration, std::function<void()>> events_;
  base::MonoTime began_;
  std::unique_ptr<healer::Decider> decider_;
  std::shared_ptr<const healer::View> view_;
  base::MonoTime due_{};
  int life_ = 0;

  std::map<std::string, bool> healthy_;
  std::map<std::string, bool> known_;
  std::map<std::string, bool> exited_;  // the container has ended, and the engine says so
  std::map<std::string, std::deque<Effect>> effects_;
  std::map<std::string, Sick> alerts_;  // by fingerprint
  bool watchdog_ = true;
  std::vector<Run> actions_;
  std::vector<healer::PolicyDocument> published_;
  std::vector<healer::Notice> notices_;
  std::vector<healer::Alert> acknowledged_;
  std::map<std::string, healer::Alert> demanding_;  // acknowledged policy alerts that fire
  std::vector<std::string> operator_errors_;
  bool halted_ = false;
  std::string undone_;    // the action that was last to be taken back
  std::string answered_;  // the approval that was last answered
  std::vector<std::string> too_loose_;
};

}  // namespace tests
