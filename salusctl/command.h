// A command of salusctl: its arguments, and its execution.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/os/clock.h"

namespace healer::salusctl {

enum class Verb {
  kStatus,
  kIncidents,
  kIncident,
  kPolicy,
  kHoldPolicy,
  kReleasePolicy,
  kPause,
  kResume,
  kRelease,
  kTestNotifiers,
  kApprovals,
  kApprove,
  kReject,
  kRecommendations,
  kPlaybooks,
  kRun,
  kUndo,
};

struct Command {
  Verb verb = Verb::kStatus;
  std::string url = "http://127.0.0.1:9870";
  std::string token_file;
  std::string ca_file;        // for https://; empty: the system's certificates
  std::string operator_name;  // for the incident's timeline
  bool json = false;          // for scripts
  bool all = false;           // incidents: also closed ones; approvals: also those that are no longer pending
  std::string incident;
  std::string approval;
  std::string policy;
  std::string reason;
  std::string length;    // a duration
  std::string lease;     // policy release: of one action
  std::string cause;     // policy release: one cause
  std::string notifier;  // empty: all
  std::string playbook;
  std::string target;  // of a run
  std::string action;  // undo: INC-17/2
  bool wait = false;   // run, undo: wait until the incident ends
  std::chrono::milliseconds poll{500};
  std::function<void(const std::string& line)> show =
      {};  // called with each line about a run's progress; may be empty
};

// Exit codes: 0 done, 1 the healer rejected it, 2 wrong usage, 3 the healer cannot be reached.
struct Output {
  int code = 0;
  std::string out;
  std::string err;
};

// Blocks for at most 10 s for each request; with `wait`, until the incident has ended.
Output run(const Command& command, const base::Clock& clock);

}  // namespace healer::salusctl
