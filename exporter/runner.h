// Runs one collector on its own thread and keeps its last result as text.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "exporter/collector.h"
#include "exporter/schedule.h"

namespace exporter {

// The state of one collector for the pages. `text` is null when there is nothing that may be shown.
struct View {
  std::string name;
  std::shared_ptr<const std::string> text;
  std::optional<Outcome> last;  // of the newest run that ended
  bool overdue = false;         // the current run is past its deadline
  base::Duration lasting{};     // how long the current run has lasted
};

// Thread-safe. Only wait() and the destructor wait for the collector. One that hangs blocks only its own
// thread; no second one is started beside it.
class Runner {
 public:
  // Builds the collector. `run_soon` requests a run; it may be called from any thread and may outlive the
  // runner.
  using Build = std::function<std::unique_ptr<Collector>(std::function<void()> run_soon)>;

  Runner(std::string name, Timing timing, const Build& build, const base::Clock& clock);
  ~Runner();  // stops and waits for the current run

  const std::string& name() const { return name_; }
  View view() const;
  void run_soon();
  // Requests a run that begins after this call.
  Run request();
  // The outcome of the first finished run that is `run` or a later one. nullopt when none has finished by
  // `deadline`, or when the runner was stopped before.
  std::optional<Outcome> wait(Run run, base::Deadline deadline) const;

  // The current run becomes the last.
  void request_stop();
  // Whether the collector has ended by `deadline`, after request_stop().
  bool wait_end(base::Deadline deadline) const;

 private:
  struct State;
  static void loop(const std::shared_ptr<State>& state, Collector& collector, const std::stop_token& stop);
  static void end(const std::shared_ptr<State>& state);

  std::string name_;
  std::shared_ptr<State> state_;
  std::jthread thread_;  // the collector is created and destroyed on it: both may hang
};

}  // namespace exporter
