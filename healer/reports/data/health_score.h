// The weekly score, 0 to 100: exactly 100 minus all deductions.
//
// Downtime counts by the share of the error budget that it used, not by percent: 99.5 % is a bad week. If a
// service that trading depends on critically was down at all, the score is capped. Unknown items deduct
// nothing and are shown as unknown; the score is then an upper bound. Without any known availability there
// is no score.
//
// Monotone: a worse input, or one that becomes known, never raises the score (property tests check this).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/reports/data/known.h"

namespace healer::reports {

struct ScoreInput {
  struct Service {
    std::string name;
    std::string trading;          // critical | partial | none
    std::optional<double> spent;  // share of its error budget; nullopt: unknown
    bool whole = true;            // almost no time of it is unknown
    base::Duration down{};
    // In which it runs; empty: unknown. Of the services of one container the worst counts: it was one outage.
    std::string container = {};
  };
  Known<std::vector<Service>> services;
  Known<std::uint64_t> exhausted;          // outages that required, or require, an operator
  Known<std::uint64_t> failing_tasks;      // tasks whose last run failed
  Known<std::uint64_t> approvals;          // actions that wait for an operator's approval
  Known<std::uint64_t> failed_validation;  // failed phases
  Known<std::uint64_t> log_hours_over;     // hours over a threshold
  Known<std::uint64_t> regressions;        // got slower or fail more often
  Known<std::uint64_t> capacity_soon;      // disks, certificates, leaks that need action within two weeks
  Known<double> coverage;                  // received / expected samples
};

struct Score {
  struct Item {
    std::string name;
    int most = 0;               // maximum deduction
    std::optional<int> points;  // deducted; nullopt: unknown
    std::string reason;         // of the deduction, or why it is unknown
  };
  std::vector<Item> items;
  std::optional<int> value;  // 100 minus all points
  bool at_most = false;      // some items are unknown
};

Score score_of(const ScoreInput& input);

}  // namespace healer::reports
