// The thread that writes reports. Healing never waits for it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/os/clock.h"
#include "healer/config/config.h"
#include "healer/model/notice.h"
#include "healer/reports/incident/incident_reporter.h"
#include "healer/state/snapshot.h"

namespace healer {

// Thread-safe. Owns a thread.
class ReportWorker {
 public:
  // `view` returns the decider's newest snapshot. Both functions are called from this thread and from
  // announce()'s caller, and outlive it; `tell` does not block.
  ReportWorker(const Config& config, std::function<std::shared_ptr<const View>()> view,
               IncidentReporter::Tell tell, const base::Clock& clock);
  ~ReportWorker();

  // Passes a notice on at once. Exception: a notice of kAutoHealTriggered waits for its exact counts, and
  // later notices of that incident wait behind it. Never blocks.
  void announce(Notice notice);
  // Checks soon what is due if this view differs from the previous one. Never blocks.
  void notice(const View& view);
  void reconfigure(const Config& config);
  // Passes waiting notices on unchanged and starts no further report; the next start writes them. Waits for
  // the report in progress.
  void stop();

  struct Readings {
    std::uint64_t written = 0;
    std::uint64_t errors = 0;
    std::size_t due = 0;
  };
  Readings readings() const;

 private:
  void work(std::stop_token stop);
  bool must_wait(const Notice& notice) const;

  std::function<std::shared_ptr<const View>()> view_;
  const IncidentReporter::Tell tell_;
  IncidentReporter reporter_;  // of the thread
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const Config> config_;
  std::deque<Notice> waiting_;
  std::optional<std::string> telling_;  // the incident of the notice that the thread is processing
  std::optional<std::size_t> noticed_;
  bool wanted_ = true;
  bool stopped_ = false;
  Readings readings_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer
