// Runs one collector on a thread of its own and keeps what it last said, ready to be served.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "exporter/collector.h"
#include "exporter/schedule.h"

namespace exporter {

// What a page shows of one collector. `text` is null when there is nothing that may be shown.
struct View {
  std::string name;
  std::shared_ptr<const std::string> text;
  std::optional<Outcome> last;  // of the newest run that ended
  bool overdue = false;         // the run under way is past its deadline
  base::Duration lasting{};     // how long the run under way has lasted
};

// Thread-safe. No call but wait() and the destructor waits for the collector: one that hangs keeps its
// thread, and only that; no second one is started beside it.
class Runner {
 public:
  // Builds the collector. What it is given asks for a run soon; it may be called from any thread and
  // outlive the runner.
  using Build = std::function<std::unique_ptr<Collector>(std::function<void()> run_soon)>;

  Runner(std::string name, Timing timing, const Build& build, const base::Clock& clock);
  ~Runner();  // stops and waits for the run under way

  const std::string& name() const { return name_; }
  View view() const;
  void run_soon();
  // Asks for a run that begins after this call.
  Run request();
  // The outcome of the first run from `run` on that has ended; nullopt when none had by `deadline`, or when
  // the runner was stopped before.
  std::optional<Outcome> wait(Run run, base::Deadline deadline) const;

  // Lets the run under way be the last.
  void request_stop();
  // Whether the collector is gone by `deadline`, after request_stop().
  bool wait_end(base::Deadline deadline) const;

 private:
  struct State;
  static void loop(const std::shared_ptr<State>& state, Collector& collector, const std::stop_token& stop);
  static void end(const std::shared_ptr<State>& state);

  std::string name_;
  std::shared_ptr<State> state_;
  std::jthread thread_;  // the collector lives and dies on it: both may hang
};

}  // namespace exporter
