// Runs probes, each at its own interval on its own thread, with a limit on how many run at once.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exporter/probes/probe_status.h"
#include "exporter/probes/prober.h"
#include "exporter/schedule.h"

namespace exporter::probes {

struct ScheduledProbe {
  std::string probe;
  base::Duration interval{};
  base::Duration timeout{};  // at most the interval
  std::unique_ptr<Prober> prober;
  std::optional<Observation> seen = {};  // the state from an earlier configuration
};

// Thread-safe. A probe past its deadline frees its place for another. One that hangs blocks only its own
// thread and is not started a second time.
class ProbeScheduler {
 public:
  // Called when a probe has finished a run: from the probe's thread, without a lock, before those who wait
  // for the run are notified.
  using Ended = std::function<void(const std::string& probe, const Observation& seen)>;

  // The first runs start when they are requested, or after kFirst.
  ProbeScheduler(std::vector<ScheduledProbe> duties, std::size_t places, const base::Clock& clock,
                 Ended ended);
  // Stops. Waits for the running probes, for as long as one hangs.
  ~ProbeScheduler();

  static constexpr base::Duration kFirst = std::chrono::seconds(1);

  // Runs every probe once and waits. A run that is already under way does not count; callers that ask before
  // a run starts share it. Returns the names of the probes that have not finished by `deadline`.
  std::vector<std::string> run_all(base::Deadline deadline);

  // Of each probe, in the order of the duties.
  struct State {
    std::optional<Observation> seen;  // nullopt before the first run
    bool fresh = false;               // it is at most three intervals old
  };
  std::vector<State> states() const;

 private:
  struct Member {
    Member(ScheduledProbe of, Schedule when) : duty(std::move(of)), schedule(when), seen(duty.seen) {}
    ScheduledProbe duty;
    Schedule schedule;
    std::optional<Observation> seen;
  };
  void work(Member& member, const std::stop_token& stop);
  void run(Member& member, base::Now began, const std::stop_token& stop);
  // When a place is free; `now` or earlier means at once.
  base::MonoTime place_free_at(base::MonoTime now) const;

  const std::size_t places_;
  const base::Clock& clock_;
  const Ended ended_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<std::jthread> threads_;
};

}  // namespace exporter::probes
