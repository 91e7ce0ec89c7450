// The next step of one incident: what is to be written, and what may happen once it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/conditions.h"
#include "healer/config.h"
#include "healer/effects.h"
#include "healer/history.h"
#include "healer/record.h"

namespace healer {

// Records, and the effects that wait for them to be durable.
struct Outbox {
  std::vector<Record> records;
  std::vector<ActionOrder> run;
  std::vector<CheckOrder> check;
  std::vector<Notice> notify;
};

// What one life of the healer knows of an incident beside the journal: it is asked anew after a restart.
struct Course {
  bool seen_ill = false;               // the last look was in this life, just now, and found no health
  bool orphaned = false;               // found without an outcome at recovery
  std::optional<ActionInput> outcome;  // of its action, not yet written
  // Verification
  std::optional<State> phase;               // verifying or probation, once begun in this life
  base::MonoTime began{};                   // the phase
  std::uint64_t round = 0;                  // of the open question, 0: none
  base::MonoTime ask_at{};                  // the next question
  std::optional<CheckInput> answer;         // to the last question, not yet dealt with
  std::optional<std::string> contradicted;  // by the last answer: CheckInput::contradicts
};

struct Advance {
  Outbox outbox;                      // nothing in it: nothing to do now
  std::optional<base::MonoTime> due;  // when there may be, if nothing comes in
  bool refused_for_journal = false;
  bool wants_list = false;  // it would act, but for Alertmanager's confirmation
  bool heals = false;       // its alerts are to be ended first
};

// One step. Changes `course` only in what concerns questions and answers; `round` counts questions of the
// process.
Advance advance(const Incident& incident, Course& course, std::uint64_t& round, const Config& config,
                const History& history, const Effects& effects, const Conditions& conditions, base::Now now);

}  // namespace healer
