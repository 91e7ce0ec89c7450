// Queries the rulers for their alerting rules periodically. The responses are the evidence on which causes of
// the policy end.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/wake_up.h"
#include "healer/config/config.h"
#include "healer/model/policy/ruler_state.h"

namespace healer::policy {

// Queries once: the rules, when the ruler's process started, and of the first ruler the facts about
// subsystems. Blocks up to the deadline.
RulesInput ask_ruler(const RulerConfig& ruler, bool with_facts, const base::Clock& clock,
                     base::Deadline deadline);

// Thread-safe. Owns a thread for each ruler, so that one that hangs delays no other.
class RulerPoller {
 public:
  // `deliver` gets each response and each failure, from the querying threads.
  RulerPoller(const Config& config, const base::Clock& clock, std::function<void(RulesInput)> deliver);
  ~RulerPoller();

  // Queries soon. Never blocks.
  void poke();
  void reconfigure(const Config& config);

 private:
  struct Ruler {
    RulerConfig config;
    bool first = false;
    base::Duration every{};
    base::WakeUp wake;
    std::jthread thread;
  };
  void start(const Config& config);
  void work(Ruler& ruler, std::stop_token stop);

  const base::Clock& clock_;
  const std::function<void(RulesInput)> deliver_;
  std::mutex mutex_;  // guards rulers_
  std::mutex reconfiguring_;
  std::vector<std::unique_ptr<Ruler>> rulers_;
};

}  // namespace healer::policy
