#include "healer/app/live_effects.h"

#include <fmt/ranges.h>

#include <utility>

#include "base/log.h"
#include "healer/actions/undo.h"
#include "healer/app/health_log.h"
#include "healer/notify/outbox/sqlite_store.h"
#include "healer/verify/container_end.h"
#include "healer/verify/direct.h"

namespace healer {
namespace {

using std::chrono::seconds;

constexpr base::Duration kOneLook = seconds(5);
constexpr int kCheckWorkers = 4;
constexpr base::Duration kScrapedWithin = std::chrono::minutes(1);
constexpr base::Duration kAnnouncedWithin = seconds(10);
// There is one action and one check at a time for each target, and targets are declared.
constexpr std::size_t kMaxQueued = 1024;

// nullptr when it cannot be opened; notices are then delivered from memory.
std::unique_ptr<notify::Store> open_store(const std::string& data_dir) {
  if (data_dir.empty()) return nullptr;
  auto store = notify::SqliteStore::open(data_dir + "/outbox.db");
  if (store) return std::move(*store);
  base::log::error("failed to open the outbox; undelivered notifications are lost when the healer ends",
                   {{"error", store.error().message}});
  return nullptr;
}

}  // namespace

std::string policy_copy_of(const Config& config) {
  return config.data_dir.empty() ? "" : config.data_dir + "/journal.db.policy";
}

namespace {

std::unique_ptr<prometheus::Histogram> duration_histogram() {
  return std::make_unique<prometheus::Histogram>(
      prometheus::Histogram::BucketBoundaries{0.1, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300});
}

}  // namespace

LiveEffects::LiveEffects(std::shared_ptr<const Setup> setup, EventQueue& events, PendingReplies& replies,
                         const base::Clock& clock)
    : events_(events),
      replies_(replies),
      clock_(clock),
      outbox_(setup->config, open_store(setup->config.data_dir), clock),
      policy_(setup->config.policy, clock, policy_copy_of(setup->config)),
      checks_(kCheckWorkers, kMaxQueued),
      actions_(setup->config.action_workers, kMaxQueued) {
  install(std::move(setup));
}

LiveEffects::~LiveEffects() = default;

void LiveEffects::install(std::shared_ptr<const Setup> setup) {
  const Config& config = setup->config;
  auto exporter = std::make_shared<const checks::Exporter>(config.exporter_url, config.exporter_http);
  auto verifier =
      std::make_shared<checks::Verifier>(checks::Prometheus(config.prometheus_url, config.prometheus_http),
                                         *exporter, config.exporter_job, clock_);
  checks_.submit(
      [this, verifier] {
        if (const auto answers = verifier->refresh(base::Deadline::after(clock_, kOneLook)); !answers) {
          base::log::warn("the exporter does not answer; no action can be verified until it does",
                          {{"error", answers.error().message}});
        }
      },
      [](const std::string&) {});
  std::lock_guard lock(mutex_);
  for (const Playbook& playbook : config.playbooks) {
    for (const Rung& rung : playbook.rungs) {
      if (!durations_.contains(rung.action)) durations_[rung.action] = duration_histogram();
    }
  }
  tools_ = {std::move(setup), std::move(verifier), std::move(exporter)};
}

std::map<std::string, bool> LiveEffects::missing_collectors() const { return tools().verifier->collectors(); }

void LiveEffects::reconfigure(std::shared_ptr<const Setup> setup) {
  outbox_.reconfigure(setup->config);
  policy_.reconfigure(setup->config.policy);
  install(std::move(setup));
}

LiveEffects::Tools LiveEffects::tools() const {
  std::lock_guard lock(mutex_);
  return tools_;
}

LiveEffects::Found LiveEffects::find(const ActionRequest& order, const Setup& setup) const {
  if (!order.undo) {
    return {setup.action(order.playbook, order.rung), nullptr,
            fmt::format("playbook {} no longer has rung {}", order.playbook, order.rung + 1)};
  }
  auto made = actions::make(
      *order.undo, {*setup.docker, clock_, &setup.config.trading, &setup.config, setup.prometheus.get()});
  if (!made) return {nullptr, nullptr, made.error().message};
  Found found{made->get(), nullptr, ""};
  found.made = std::move(*made);
  return found;
}

std::string LiveEffects::describe(const ActionRequest& order) const {
  const Tools with = tools();
  const Found found = find(order, *with.setup);
  const actions::Action* action = found.action;
  return action == nullptr ? fmt::format("{} on {}", order.action, order.target.name)
                           : action->describe(order.target);
}

std::vector<std::pair<std::string, std::string>> LiveEffects::approval_links(
    const std::string& approval, base::WallTime expires_at, const std::string& description) const {
  const std::string url = tools().setup->config.external_url;
  if (signer_ == nullptr || url.empty()) return {};
  const auto link = [&](std::string_view verb) {
    return signer_->link(url, approval, verb, expires_at, description);
  };
  return {{std::string(approvals::kApprove), link(approvals::kApprove)},
          {std::string(approvals::kReject), link(approvals::kReject)}};
}

void LiveEffects::run(const ActionRequest& order) {
  actions_.submit([this, order, setup = tools().setup] { events_.post(perform(order, *setup)); },
                  [this, order](const std::string& why) {
                    base::log::warn("action not started", {{"action", order.action_id}, {"reason", why}});
                    events_.post(ActionInput{.action_id = order.action_id,
                                             .incident = order.incident,
                                             .ok = false,
                                             .detail = why,
                                             .started = false});
                  });
}

ActionInput LiveEffects::perform(const ActionRequest& order, const Setup& setup) {
  ActionInput input{
      .action_id = order.action_id, .incident = order.incident, .ok = false, .detail = {}, .started = true};
  const Found found = find(order, setup);
  actions::Action* action = found.action;
  if (action == nullptr) {
    input.detail = found.why;
    input.started = false;
    return input;
  }
  if (!wait_for_announcement(order, setup)) {
    input.detail = "the healer is stopping";
    input.started = false;
    return input;
  }
  base::log::info(auto_executing_line(action->describe(order.target)),
                  {{"action", order.action_id}, {"playbook", order.playbook}, {"target", order.target.name}});
  const base::MonoTime begin = clock_.now().mono;
  // With the time, because incident numbers start again after a journal was quarantined.
  const actions::RunId occasion{fmt::format("{}@{}", order.action_id, base::rfc3339(clock_.now().wall)),
                                order.incident_since};
  const base::Deadline deadline = base::Deadline::after(clock_, order.timeout);
  auto* const reports = dynamic_cast<actions::ReportsProgress*>(action);
  const auto outcome = reports == nullptr ? action->run_as(occasion, order.target, deadline)
                                          : reports->run_reporting(*progress_.begin(order.incident), occasion,
                                                                   order.target, deadline);
  const std::chrono::duration<double> took = clock_.now().mono - begin;
  input.ok = outcome.has_value() && outcome->ok;
  input.detail = outcome ? outcome->detail : outcome.error().message;
  if (outcome) {
    input.counts = outcome->counts;
    input.findings = outcome->findings;
    input.written = outcome->written;
    input.undo = outcome->undo;
  } else {
    input.undo = action->undo_of_failure();
  }
  base::log::write(
      input.ok ? base::log::Level::kInfo : base::log::Level::kWarn, "action ended",
      {{"action", order.action_id}, {"ok", input.ok}, {"detail", input.detail}, {"seconds", took.count()}});
  std::lock_guard lock(mutex_);
  if (const auto histogram = durations_.find(order.action); histogram != durations_.end()) {
    histogram->second->Observe(took.count());
  }
  return input;
}

void LiveEffects::page_served(const View& view) {
  std::set<std::string> announced;
  for (const IncidentView& incident : view.incidents) {
    if (incident.state == State::kIntent || incident.state == State::kRunning) announced.insert(incident.id);
  }
  std::lock_guard lock(pages_mutex_);
  announced_ = std::move(announced);
  last_page_ = clock_.now().mono;
  page_served_.notify_all();
}

bool LiveEffects::wait_for_announcement(const ActionRequest& order, const Setup& setup) {
  const Playbook* playbook = find_playbook(setup.config, order.playbook);
  if (!order.maintenance || order.undo || playbook == nullptr || order.rung >= playbook->rungs.size())
    return true;
  const Rung& rung = playbook->rungs[order.rung];
  if (!rung.disruptive || (order.target.kind != kContainer && rung.takes.empty())) return true;
  std::unique_lock lock(pages_mutex_);
  if (!last_page_ || clock_.now().mono - *last_page_ > kScrapedWithin) return true;
  page_served_.wait_for(lock, kAnnouncedWithin,
                        [&] { return stopping_ || announced_.contains(order.incident); });
  return !stopping_;
}

void LiveEffects::check(const CheckRequest& order) {
  checks_.submit(
      [this, order, with = tools()] {
        const base::Deadline deadline = base::Deadline::after(clock_, kOneLook);
        CheckInput said = order.verify.monitored ? with.verifier->look(order, deadline)
                                                 : CheckInput{.incident = order.incident,
                                                              .round = order.round,
                                                              .verdict = CheckInput::Verdict::kHealthy,
                                                              .observed_at = clock_.now().wall,
                                                              .detail = "its action succeeded"};
        said = checks::confirm(std::move(said), order, *with.setup->docker, deadline);
        events_.post(checks::add_container_end(std::move(said), order, *with.setup->docker, *with.exporter,
                                               clock_, deadline));
      },
      [this, order](const std::string& why) {
        CheckInput unknown;
        unknown.incident = order.incident;
        unknown.round = order.round;
        unknown.detail = why;
        events_.post(unknown);
      });
}

base::Result<> LiveEffects::publish(const PolicyDocument& document) {
  auto published = policy_.publish(document);
  if (const auto before = std::exchange(published_, document.policy); before && *before != document.policy) {
    base::log::warn(policy_change_line(*before, document.policy),
                    {{"from", to_string(*before)},
                     {"to", to_string(document.policy)},
                     {"causes", fmt::format("{}", fmt::join(document.causes, "; "))}});
  }
  return published;
}

void LiveEffects::notify(const Notice& notice) {
  if (teller_) return teller_(notice);
  outbox_.add(notice);
}

bool LiveEffects::ask_alertmanager() {
  if (ask_alertmanager_) ask_alertmanager_();
  return ask_alertmanager_ != nullptr;
}

void LiveEffects::answer(std::uint64_t ticket, const base::Result<>& result) {
  replies_.answer(ticket, result);
}

bool LiveEffects::stop(base::Duration patience) {
  const base::Deadline deadline = base::Deadline::after(clock_, patience);
  {
    std::lock_guard lock(pages_mutex_);
    stopping_ = true;
    page_served_.notify_all();
  }
  const bool ended = actions_.close(patience);
  checks_.close(std::min<base::Duration>(deadline.remaining(), kOneLook));
  outbox_.drain(std::min<base::Duration>(deadline.remaining(), seconds(2)));
  return ended;
}

std::map<std::string, prometheus::ClientMetric::Histogram> LiveEffects::action_durations() const {
  std::lock_guard lock(mutex_);
  std::map<std::string, prometheus::ClientMetric::Histogram> all;
  for (const auto& [action, histogram] : durations_) all[action] = histogram->Collect().histogram;
  return all;
}

}  // namespace healer
