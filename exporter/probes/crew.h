// Runs probes, each at its own interval on a thread of its own, so many at once as there are places.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exporter/probes/board.h"
#include "exporter/probes/prober.h"
#include "exporter/schedule.h"

namespace exporter::probes {

struct Duty {
  std::string probe;
  base::Duration interval{};
  base::Duration timeout{};  // at most the interval
  std::unique_ptr<Prober> prober;
  std::optional<Seen> seen = {};  // of an earlier configuration
};

// Thread-safe. A probe past its deadline gives its place to another: one that hangs holds nothing but itself,
// and is not started a second time.
class Crew {
 public:
  // A probe has answered; called from the probe's thread, with no lock held, before those who wait hear of
  // it.
  using Ended = std::function<void(const std::string& probe, const Seen& seen)>;

  // The first runs begin when they are asked for, or after kFirst.
  Crew(std::vector<Duty> duties, std::size_t places, const base::Clock& clock, Ended ended);
  // Stops. Waits for the probes under way, which is for as long as one hangs.
  ~Crew();

  static constexpr base::Duration kFirst = std::chrono::seconds(1);

  // Runs every probe once from now on and waits; a run already under way does not count, those who ask before
  // a run begins share it. The names of the probes that have not answered by `deadline`.
  std::vector<std::string> run_all(base::Deadline deadline);

  // Of each probe, in order of the duties.
  struct State {
    std::optional<Seen> seen;  // nullopt before the first run
    bool fresh = false;        // it is at most three intervals old
  };
  std::vector<State> states() const;

 private:
  struct Member {
    Member(Duty of, Schedule when) : duty(std::move(of)), schedule(when), seen(duty.seen) {}
    Duty duty;
    Schedule schedule;
    std::optional<Seen> seen;
  };
  void work(Member& member, const std::stop_token& stop);
  void run(Member& member, base::Now began, const std::stop_token& stop);
  // When a place is free; now or earlier: at once.
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
