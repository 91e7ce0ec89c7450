// Queries Alertmanager for all its alerts: at the start, at every interval, and on poke(), when a delivery
// was incomplete or an action is about to start. A webhook can be lost; a list cannot.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/os/wake_up.h"
#include "base/result.h"
#include "healer/alerts/receiver_names.h"
#include "healer/model/inputs.h"

namespace healer {

// Thread-safe. Owns a thread.
class Reconciler {
 public:
  // `deliver` is called with every list that was read, from the querying thread; before a large list, with
  // the policies that it demands.
  Reconciler(std::string alertmanager_url, base::http::ClientOptions options, base::Duration interval,
             const webhook::ReceiverNames& receivers, const base::Clock& clock,
             std::function<void(AlertsInput)> deliver);
  ~Reconciler();

  // Queries soon. Never blocks.
  void poke() { wake_.notify(); }
  // Queries now, delivers and returns the list. Blocks up to the deadline.
  base::Result<AlertsInput> ask(base::Deadline deadline);
  void reconfigure(std::string alertmanager_url, base::http::ClientOptions options, base::Duration interval);

  struct Status {
    bool ok = false;                // of the last query
    base::WallTime last_success{};  // epoch: never
    // Of the last list: AlertsInput::here and elsewhere.
    std::size_t here = 0;
    std::size_t elsewhere = 0;
  };
  Status status() const;

 private:
  void work(std::stop_token stop);
  void note(const AlertsInput& list);
  base::Duration interval() const;

  const webhook::ReceiverNames& receivers_;
  const base::Clock& clock_;
  std::function<void(AlertsInput)> deliver_;
  mutable std::mutex mutex_;
  std::string url_;
  base::http::ClientOptions options_;
  base::Duration interval_;
  bool none_is_ours_ = false;  // warned already
  bool timed_ = false;         // likewise
  Status status_;
  base::WakeUp wake_;
  std::jthread thread_;  // last: stopped and joined first
};

}  // namespace healer
