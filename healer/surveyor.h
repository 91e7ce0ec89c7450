// Looks at Prometheus and writes the report: after changes, and every half minute at the latest. So it is
// also who notices that Prometheus does not answer.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "healer/config.h"
#include "healer/view.h"

namespace healer {

// Thread-safe. Owns a thread.
class Surveyor {
 public:
  // `view` gives the decider's newest; `answers` hears after each look whether Prometheus did. Both are
  // called from the surveyor's thread and outlive it.
  Surveyor(const Config& config, std::function<std::shared_ptr<const View>()> view, const base::Clock& clock,
           std::function<void(bool)> answers);
  ~Surveyor();

  // Looks soon if this says anything else than the view before. Never blocks.
  void notice(const View& view);
  void reconfigure(const Config& config);

  // The newest; none before the first.
  std::optional<std::string> report() const;
  base::WallTime prometheus_answered_at() const;  // epoch: never

 private:
  void work(std::stop_token stop);
  void look(const Config& config);

  const base::Clock& clock_;
  std::function<std::shared_ptr<const View>()> view_;
  std::function<void(bool)> answers_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const Config> config_;
  std::optional<std::size_t> noticed_;
  bool wanted_ = true;
  bool failing_ = false;  // to write the file
  std::optional<std::string> report_;
  base::WallTime answered_at_{};
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer
