// Builds the healer's parts, starts and stops their threads, applies a changed configuration.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/http/server/server.h"
#include "base/os/clock.h"
#include "base/program.h"
#include "base/result.h"
#include "healer/alerts/reconciler.h"
#include "healer/alerts/rulers/ruler_poller.h"
#include "healer/alerts/webhook/receiver.h"
#include "healer/alerts/webhook/token.h"
#include "healer/api/api.h"
#include "healer/api/metrics/metrics.h"
#include "healer/api/pending_replies.h"
#include "healer/app/health_poller.h"
#include "healer/app/live_effects.h"
#include "healer/app/report_worker.h"
#include "healer/app/self_health_watch.h"
#include "healer/engine/decider/decider.h"
#include "healer/journal/journal.h"
#include "healer/model/event_queue.h"
#include "healer/setup/setup.h"
#include "healer/verify/health_reader.h"

namespace healer {

class App {
 public:
  // Opens the journal, recovers from it, listens and starts the threads. The error names what failed.
  static base::Result<std::unique_ptr<App>> start(const base::Flags& flags,
                                                  std::shared_ptr<const Setup> setup,
                                                  const base::Clock& clock);
  ~App();

  // Reads the configuration again. A configuration with problems changes nothing; the problems are logged and
  // returned. Thread-safe.
  base::Result<> reload();

  // Accepts nothing more, waits a bounded time for running actions, makes their outcomes durable. False: one
  // still runs, and the caller must end the process without waiting for it. The next start records it as
  // interrupted.
  bool stop();

  // The decider failed: the process must be restarted from its journal.
  bool failed() const { return failed_; }

 private:
  App(const base::Flags& flags, std::shared_ptr<const Setup> setup, const base::Clock& clock,
      std::unique_ptr<journal::Journal> journal, std::string key, std::string token,
      std::unique_ptr<base::http::WebAccess> access);

  void turn_until_stopped(std::stop_token stop);
  bool turn_once(base::MonoTime& due, std::stop_token stop);
  std::vector<Input> take_inputs(base::MonoTime due, std::stop_token stop);
  ApiParts api_parts();
  base::Result<Checked> force_check();
  std::string metrics_page();
  std::shared_ptr<const Setup> setup() const;

  base::Flags flags_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;  // guards setup_, health_ and the state of the last reload
  std::mutex reloading_;
  std::shared_ptr<const Setup> setup_;
  std::shared_ptr<HealthReader> health_;
  bool config_ok_ = true;
  base::WallTime config_loaded_at_;

  std::unique_ptr<journal::Journal> journal_;
  approvals::LinkSigner signer_;
  EventQueue events_;
  PendingReplies replies_;
  Metrics metrics_;
  LiveEffects effects_;
  Decider decider_;
  SelfHealthWatch self_health_;  // of the turning thread
  webhook::TokenCheck token_;
  webhook::Intake intake_;
  webhook::ReceiverNames receiver_names_;
  Reconciler reconciler_;
  policy::RulerPoller rulers_;
  HealthPoller health_poller_;
  ReportWorker report_worker_;
  webhook::Receiver receiver_;
  Api api_;
  std::unique_ptr<base::http::WebAccess> access_;  // null: neither TLS nor passwords
  base::http::Server server_;
  std::atomic<base::MonoTime> turned_at_;
  std::atomic<bool> failed_ = false;
  std::jthread turning_;
};

}  // namespace healer
