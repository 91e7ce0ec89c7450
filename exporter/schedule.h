// When one collector runs, the outcomes of its runs, and for how long its facts may be shown. Pure state: it
// reads no clock, starts no thread and takes no lock, so tests need only pass times.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/os/clock.h"

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
  base::WallTime began{};  // no fact of the run is older than this
};

class Schedule {
 public:
  // The first run is due at once.
  Schedule(Timing timing, base::MonoTime now) : timing_(timing), due_(now) {}

  const Timing& timing() const { return timing_; }

  // When the next run begins; during a run, when the run after it may begin.
  base::MonoTime due() const { return due_; }
  bool running() const { return running_.has_value(); }
  // Whether the next run was requested.
  bool requested() const { return requested_; }

  // Something changed: run soon, but not more often than trigger_gap.
  void trigger(base::MonoTime now);
  // A caller needs facts newer than this call. The result is the first run that begins after it: a run that
  // is already under way does not count. All callers before that run begins share it. It begins request_gap
  // after the last requested run.
  Run request();

  void begin(base::Now now);
  // `next`: when the collector has something to read before the interval has passed.
  void finish(base::MonoTime now, bool success, std::string error,
              std::optional<base::MonoTime> next = std::nullopt);

  bool ended(Run run) const { return ended_ >= run; }
  // Of the newest run that ended; nullopt before the first has.
  const std::optional<Outcome>& last() const { return last_; }
  // A run is under way past its deadline.
  bool overdue(base::MonoTime now) const;
  // How long the run under way has lasted; zero when there is none.
  base::Duration lasting(base::MonoTime now) const;
  // Whether the newest successful run is at most three intervals old.
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
