// The threads that prepare notices and write reports. Healing waits for neither, and no notice waits for a
// report.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "base/os/clock.h"
#include "base/os/wake_up.h"
#include "healer/config/config.h"
#include "healer/model/notice.h"
#include "healer/reports/incident/incident_reporter.h"
#include "healer/state/snapshot.h"

namespace healer {

// Thread-safe. Owns two threads.
class ReportWorker {
 public:
  // `view` returns the decider's newest snapshot. Both functions are called from these threads and from
  // announce()'s caller, and outlive it; `tell` does not block.
  ReportWorker(const Config& config, std::function<std::shared_ptr<const View>()> view,
               BreachNotices::Tell tell, const base::Clock& clock);
  ~ReportWorker();

  // Passes a notice on at once. It names the incident's report, which may not be written yet. Exception: a
  // notice of kAutoHealTriggered waits for its exact counts, and one that healing ended without success for
  // the exit code and the last log lines, at most for a few seconds; later notices of that incident wait
  // behind it. Never blocks.
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
  void send_notices(const std::stop_token& stop);
  void write_reports(const std::stop_token& stop);
  std::shared_ptr<const Config> config() const;
  bool must_wait(const Notice& notice) const;

  std::function<std::shared_ptr<const View>()> view_;
  const BreachNotices::Tell tell_;
  const base::Clock& clock_;
  BreachNotices notices_;
  IncidentReporter reporter_;  // of the thread that writes
  mutable std::mutex mutex_;
  std::shared_ptr<const Config> config_;
  std::deque<Notice> waiting_;
  std::optional<std::string> telling_;  // the incident of the notice that is being prepared
  std::optional<std::size_t> noticed_;
  bool stopped_ = false;
  Readings readings_;
  base::WakeUp notices_due_;
  base::WakeUp reports_due_;
  std::jthread sender_;  // last: stopped and joined first
  std::jthread writer_;
};

}  // namespace healer
