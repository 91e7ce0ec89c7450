// Queries Prometheus, logs the health and writes the report: after changes, and at least every half minute.
// So it also detects that Prometheus does not respond.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/os/clock.h"
#include "base/os/wake_up.h"
#include "healer/app/health_log.h"
#include "healer/app/monitor_log.h"
#include "healer/config/config.h"
#include "healer/state/snapshot.h"

namespace healer {

// Thread-safe. Owns a thread.
class HealthPoller {
 public:
  // `view` returns the decider's newest snapshot; `answers` is called after each query with whether
  // Prometheus responded. Both are called from the health_poller's thread and outlive it.
  HealthPoller(const Config& config, std::function<std::shared_ptr<const View>()> view,
               const base::Clock& clock, std::function<void(bool)> answers);
  ~HealthPoller();

  // Queries soon if this view differs from the previous one. Never blocks.
  void notice(const View& view);
  void reconfigure(const Config& config);

  // The newest; none before the first.
  std::optional<std::string> report() const;
  base::WallTime prometheus_answered_at() const;  // epoch: never

 private:
  void work(std::stop_token stop);
  std::shared_ptr<const Config> config() const;
  void look(const Config& config);

  const base::Clock& clock_;
  std::function<std::shared_ptr<const View>()> view_;
  std::function<void(bool)> answers_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Config> config_;
  std::optional<std::size_t> noticed_;
  bool failing_ = false;    // writing the file fails
  HealthLog log_;           // of the thread
  MonitorLog monitor_log_;  // likewise
  std::optional<std::string> report_;
  base::WallTime answered_at_{};
  base::WakeUp wake_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer
