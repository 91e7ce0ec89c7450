// The next step of one incident: the records to write, and the effects that follow once they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/engine/effects.h"
#include "healer/engine/guard_context.h"
#include "healer/journal/records/record.h"
#include "healer/state/history/history.h"

namespace healer {

// Records, and the effects that wait for them to be durable.
struct PendingEffects {
  std::vector<Record> records;
  std::vector<ActionRequest> run;
  std::vector<CheckRequest> check;
  std::vector<Notice> notify;
};

// The state of an incident in this process that is not in the journal. It is built up again after a restart.
struct IncidentRuntime {
  bool seen_unhealthy = false;         // the last check was in this process, just now, and was not healthy
  bool orphaned = false;               // found without an outcome at recovery
  std::optional<ActionInput> outcome;  // of its action, not yet written
  // Verification
  std::optional<State> phase;               // verifying or probation, once started in this process
  base::MonoTime began{};                   // the phase
  std::uint64_t round = 0;                  // of the open request, 0: none
  base::MonoTime ask_at{};                  // of the next request
  std::optional<CheckInput> answer;         // to the last request, not handled yet
  std::optional<std::string> contradicted;  // by the last answer: CheckInput::contradicts
  std::optional<CheckInput> finding;        // the newest answer of the phase that is not only pending
  // The newest answer that found its container not running: what an operator needs to know of its end.
  std::optional<CheckInput> failure;
};

struct StepResult {
  PendingEffects pending;             // empty: nothing to do now
  std::optional<base::MonoTime> due;  // when there may be something to do if no input comes
  bool refused_for_journal = false;
  bool wants_list = false;  // it would act, but needs Alertmanager's confirmation
  bool heals = false;       // its alerts must be ended first
};

// One step. Changes only the requests and answers in `runtime`; `round` counts the requests of the process.
StepResult advance(const Incident& incident, IncidentRuntime& runtime, std::uint64_t& round,
                   const Config& config, const History& history, const Effects& effects,
                   const GuardContext& conditions, base::Now now);

}  // namespace healer
