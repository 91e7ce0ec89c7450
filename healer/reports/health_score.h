// The week as one number, 0 to 100, and how it came to be: 100 less every deduction, exactly.
//
// Down time counts by how much of its error budget it used, not by percent: 99.5 % is a bad week. What
// trading depends on critically caps the score when it was down at all. What is unknown deducts nothing and
// is said to be unknown: the score is then the most it can be. Without anything known of availability there
// is no score.
//
// Monotone: no input that gets worse, and none that becomes known, ever raises it (held by property tests).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/reports/known.h"

namespace healer::reports {

struct ScoreInput {
  struct Service {
    std::string name;
    std::string trading;          // critical | partial | none
    std::optional<double> spent;  // of its error budget; nothing: nothing of it is known
    bool whole = true;            // hardly any time of it is unknown
    base::Duration down{};
  };
  Known<std::vector<Service>> services;
  Known<std::uint64_t> exhausted;          // incidents that waited, or wait, for a person
  Known<std::uint64_t> failed_validation;  // phases that did not pass
  Known<std::uint64_t> log_hours_over;     // hours with more events than allowed
  Known<std::uint64_t> regressions;        // got slower or fail more often
  Known<std::uint64_t> capacity_soon;  // disks, certificates, leaks that ask for somebody within two weeks
  Known<double> coverage;              // samples received, of those expected
};

struct Score {
  struct Item {
    std::string name;
    int most = 0;               // what it can deduct
    std::optional<int> points;  // deducted; nothing: unknown
    std::string reason;         // why so many, or why unknown
  };
  std::vector<Item> items;
  std::optional<int> value;  // 100 less all points
  bool at_most = false;      // some are unknown
};

Score score_of(const ScoreInput& input);

}  // namespace healer::reports
