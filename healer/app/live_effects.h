// The real implementation of the decider's effects, on separate threads. Results are posted to the events.
#pragma once

#include <prometheus/histogram.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "base/os/clock.h"
#include "healer/actions/run_progress.h"
#include "healer/api/pending_replies.h"
#include "healer/api/signed_link.h"
#include "healer/app/worker_pool.h"
#include "healer/engine/effects.h"
#include "healer/model/event_queue.h"
#include "healer/notify/outbox/outbox.h"
#include "healer/publish/outputs.h"
#include "healer/setup/setup.h"
#include "healer/state/snapshot.h"
#include "healer/verify/verifier.h"

namespace healer {

// Where the newest policy document is kept beside the journal; empty when there is no data_dir.
std::string policy_copy_of(const Config& config);

// The functions of Effects are called by the decider's thread; everything else is thread-safe. The
// constructor's arguments outlive it.
class LiveEffects final : public Effects {
 public:
  LiveEffects(std::shared_ptr<const Setup> setup, EventQueue& events, PendingReplies& replies,
              const base::Clock& clock);
  // Waits for running actions and checks.
  ~LiveEffects() override;

  // Until this is called, notices have no links. Call before the first one. It outlives this.
  void sign_links_with(const approvals::LinkSigner& signer) { signer_ = &signer; }

  // From then on notices go through `teller`, which passes them to the outbox. Call before the first notice.
  void tell_through(std::function<void(Notice)> teller) { teller_ = std::move(teller); }

  // Until this is called, ask_alertmanager() returns false. `ask` must not block. Call before the first
  // request.
  void ask_alertmanager_through(std::function<void()> ask) { ask_alertmanager_ = std::move(ask); }

  std::string describe(const ActionRequest& order) const override;
  std::vector<std::pair<std::string, std::string>> approval_links(
      const std::string& approval, base::WallTime expires_at, const std::string& description) const override;
  void run(const ActionRequest& order) override;
  void check(const CheckRequest& order) override;
  // Blocks for the policy file's fsync: policy is durable before anything else happens.
  base::Result<> publish(const PolicyDocument& document) override;
  std::vector<std::string> outputs_behind() const override { return policy_.behind(); }
  void notify(const Notice& notice) override;
  bool ask_alertmanager() override;
  void answer(std::uint64_t ticket, const base::Result<>& result) override;

  // A page of metrics with this state was served. Maintenance that stops containers begins only when a page
  // has shown its planned downtime, so that no rule takes it for an outage; but within 10 s, and at once if
  // no page was requested in the last minute.
  void page_served(const View& view);

  // Applies from the next request on; running actions continue unchanged.
  void reconfigure(std::shared_ptr<const Setup> setup);
  // Starts nothing more and waits for the running actions; requested actions that were not started come back
  // as failed. Returns whether all have ended. The next start records one that has not as interrupted.
  bool stop(base::Duration patience);

  notify::Outbox& outbox() { return outbox_; }
  policy::Outputs& policy_outputs() { return policy_; }
  const actions::RunProgress& run_progress() const { return progress_; }
  // By action; contains every configured one from the start.
  std::map<std::string, prometheus::ClientMetric::Histogram> action_durations() const;
  // Collectors that verification uses → whether the exporter lacks them. Empty until it has answered.
  std::map<std::string, bool> missing_collectors() const;

 private:
  struct Tools {
    std::shared_ptr<const Setup> setup;
    std::shared_ptr<checks::Verifier> verifier;
    std::shared_ptr<const checks::Exporter> exporter;
  };
  Tools tools() const;
  ActionInput perform(const ActionRequest& order, const Setup& setup);
  // Until a scrape shows the planned downtime, within limits. False: the healer stops, and nothing may start.
  bool wait_for_announcement(const ActionRequest& order, const Setup& setup);
  // nullptr, with the reason, when the current configuration no longer has the action.
  struct Found {
    actions::Action* action = nullptr;
    std::unique_ptr<actions::Action> made;  // owns the action of an undo
    std::string why;
  };
  Found find(const ActionRequest& order, const Setup& setup) const;
  void install(std::shared_ptr<const Setup> setup);

  const approvals::LinkSigner* signer_ = nullptr;
  std::function<void(Notice)> teller_;
  std::function<void()> ask_alertmanager_;
  EventQueue& events_;
  PendingReplies& replies_;
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  Tools tools_;
  std::map<std::string, std::unique_ptr<prometheus::Histogram>> durations_;
  std::optional<Policy> published_;  // of the decider's thread
  std::mutex pages_mutex_;
  std::condition_variable page_served_;
  std::optional<base::MonoTime> last_page_;
  std::set<std::string> announced_;  // incidents whose action is under way, on the last page
  bool stopping_ = false;
  notify::Outbox outbox_;
  policy::Outputs policy_;
  actions::RunProgress progress_;
  WorkerPool checks_;
  WorkerPool actions_;
};

}  // namespace healer
