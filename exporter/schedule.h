// When one collector runs, what came of it, and for how long its facts may be shown. Pure state: it reads
// no clock, starts no thread and takes no lock, so every case of it is tested by moving numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"

namespace exporter {

struct Timing {
  base::Duration interval = std::chrono::seconds(30);
  base::Duration timeout = std::chrono::seconds(10);            // of one run
  base::Duration trigger_gap = std::chrono::milliseconds(200);  // between two runs that triggers start
  base::Duration request_gap = std::chrono::seconds(1);         // between two runs that requests start; never
                                                                // more than the interval
};

// Runs are numbered from 1.
using Run = std::uint64_t;

struct Outcome {
  bool success = false;
  std::string error;
  base::Duration duration{};
  base::WallTime began{};  // no fact of the run is older
};

class Schedule {
 public:
  // The first run is due at once.
  Schedule(Timing timing, base::MonoTime now) : timing_(timing), due_(now) {}

  const Timing& timing() const { return timing_; }

  // When the next run begins; while one is under way, when the one after it may.
  base::MonoTime due() const { return due_; }
  bool running() const { return running_.has_value(); }
  // Whether the next run was requested.
  bool requested() const { return requested_; }

  // Something changed: run soon, but not more often than trigger_gap.
  void trigger(base::MonoTime now);
  // Someone wants facts newer than this moment. The answer is the first run that begins from here on: one
  // already under way does not count. All who ask before that run begins share it; it begins request_gap
  // after the last one that was requested.
  Run request();

  void begin(base::Now now);
  void finish(base::MonoTime now, bool success, std::string error);

  bool ended(Run run) const { return ended_ >= run; }
  // Of the newest run that ended; nullopt before the first has.
  const std::optional<Outcome>& last() const { return last_; }
  // A run is under way and its deadline has passed.
  bool overdue(base::MonoTime now) const;
  // How long the run under way has lasted; zero when there is none.
  base::Duration lasting(base::MonoTime now) const;
  // Whether what the newest successful run saw is at most three intervals old.
  bool facts_hold(base::MonoTime now) const;

 private:
  Timing timing_;
  base::MonoTime due_;
  bool requested_ = false;
  std::optional<base::Now> running_;
  base::MonoTime last_began_{};
  std::optional<base::MonoTime> requested_began_;  // the last run that was requested
  std::optional<base::MonoTime> facts_from_;
  std::optional<Outcome> last_;
  Run begun_ = 0;
  Run ended_ = 0;
};

}  // namespace exporter
