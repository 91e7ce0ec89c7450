// What a person asked of salusctl, and doing it.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/clock.h"

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
  std::string ca_file;        // for https://; empty: whom the system trusts
  std::string operator_name;  // who asks, for the incident's story
  bool json = false;          // for scripts
  bool all = false;           // incidents: closed ones too; approvals: answered ones too
  std::string incident;
  std::string approval;
  std::string policy;
  std::string reason;
  std::string length;    // a duration
  std::string lease;     // policy release: of one action
  std::string cause;     // policy release: one cause
  std::string notifier;  // empty: each
  std::string playbook;
  std::string target;  // of a run
  std::string action;  // undo: INC-17/2
  bool wait = false;   // run, undo: follow it to its end
  std::chrono::milliseconds poll{500};
  std::function<void(const std::string& line)> tell =
      {};  // hears how a run goes on, line by line; empty: nobody
};

// Exit codes: 0 done, 1 the healer said no, 2 wrong usage, 3 no healer to be reached.
struct Output {
  int code = 0;
  std::string out;
  std::string err;
};

// Blocks for 10 s at most for each question; a run that is waited for, until it has ended.
Output run(const Command& command, const base::Clock& clock);

}  // namespace healer::salusctl
