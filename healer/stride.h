// One incident, one step: the inside of advance(), in two files. progress.cpp decides and acts,
// progress_verification.cpp looks at what came of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "healer/breach.h"
#include "healer/planner.h"
#include "healer/progress.h"

namespace healer {

class Stride {
 public:
  Stride(const Incident& incident, Course& course, std::uint64_t& round, const Config& config,
         const History& history, const Effects& effects, const Conditions& conditions, base::Now now)
      : incident_(incident),
        course_(course),
        round_(round),
        config_(config),
        history_(history),
        effects_(effects),
        conditions_(conditions),
        now_(now),
        playbook_(find_playbook(config, incident.playbook)) {}

  Advance take();

 private:
  void forget_what_is_over();
  bool asked_for() const { return !incident_.asked_by.empty() || history_.any_firing(incident_); }
  // A task that no alert asks for is done when its run succeeded: there is no symptom to look at.
  bool task_failed_by_hand() const;
  void write(Fact fact) { result_.outbox.records.push_back({now_.wall, std::move(fact)}); }
  void move(State to, std::string detail, std::optional<Refusal> refusal = std::nullopt);
  void notice(Notice::Kind kind, std::string title, std::string detail, Notice::Pairs fields = {});
  // What its alerts say of the limit that was breached; nothing when they are of another kind.
  std::optional<Notice::Pairs> breach() const { return breach_of(history_.alerts_of(incident_)); }
  // What it did before a more urgent incident took the target was never judged.
  void look_again();
  void consider();
  void gate(const guards::Refused& refused);
  void report_contradiction(const std::string& why);
  // A symptom that the facts show as well is healed after all.
  void watch_contradiction();
  // Once for what is to be done; again when that has changed, or when nobody answered in time and the alert
  // still fires.
  void ask_a_person(Refusal why);
  void propose(std::size_t index);
  // Said once: what would come first, but not by itself.
  void recommend_passed_over(std::size_t next);
  // Written before the decision about it, unless it was already.
  void recommend();
  // In the same transaction as the intent: nobody finds the target held by two, or by none.
  void take_target(const std::vector<std::uint64_t>& from);
  void act(const Plan& plan);
  void exhaust(const Spent& spent);
  void await_outcome();
  void tell_of(const Written& report);
  Verify rules() const { return playbook_ == nullptr ? Verify{} : playbook_->verify; }
  // A moment of this life in today's wall time: the wall clock may have been set since.
  base::WallTime wall_of(base::MonoTime at) const { return now_.wall - (now_.mono - at); }
  void verify();
  // True when the answer moves the incident.
  bool heed(const CheckInput& answer, const Verify& verify);
  // A healthy sample from here on heals: probation was long enough, and what was heard of the alerts since is
  // older.
  base::MonoTime healthy_from(const Verify& verify) const;
  void ineffective(const std::string& why, bool relapsed);
  void ask(const Verify& verify);

  const Incident& incident_;
  Course& course_;
  std::uint64_t& round_;
  const Config& config_;
  const History& history_;
  const Effects& effects_;
  const Conditions& conditions_;
  const base::Now now_;
  const Playbook* playbook_;
  std::optional<ActionOrder> order_;  // of the next rung, if there is one
  std::string description_;           // what it would do
  bool recommended_ = false;          // in this step
  Advance result_;
};

}  // namespace healer
