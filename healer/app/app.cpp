#include "healer/app/app.h"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/http/head.h"
#include "base/log.h"
#include "base/os/file.h"
#include "base/text/exposition.h"
#include "healer/journal/sqlite_journal.h"
#include "healer/publish/read_published.h"
#include "healer/verify/exporter.h"

namespace healer {
namespace {

using std::chrono::seconds;

// Also when nothing is due, so that systemd's watchdog and /-/healthy see that the decider runs.
constexpr base::Duration kTurnAtLeastEvery = seconds(5);
constexpr base::Duration kStalledAfter = seconds(30);
// Parsing so many takes several times the memory that is kept; the rest is returned to the system.
constexpr std::size_t kManyAlerts = 500;
// Less than systemd waits before it kills (90 s).
constexpr base::Duration kActionsMayTake = seconds(30);

bool are_many_alerts(const std::vector<Input>& inputs) {
  std::size_t alerts = 0;
  for (const Input& input : inputs) {
    if (const auto* received = std::get_if<AlertsInput>(&input)) alerts += received->alerts.size();
  }
  return alerts >= kManyAlerts;
}

bool concern_policy(const std::vector<Input>& inputs) {
  return std::ranges::any_of(inputs, [](const Input& input) {
    const auto* received = std::get_if<AlertsInput>(&input);
    return received != nullptr && !received->whole &&
           std::ranges::any_of(received->alerts,
                               [](const Alert& alert) { return !alert.label("policy").empty(); });
  });
}

// Twenty thousand alerts with their annotations, times two.
constexpr std::size_t kLargestDelivery = 32 * 1024 * 1024;
constexpr std::string_view kAlertsPath = "/api/v1/alerts";

base::http::Limits limits(webhook::TokenCheck& token) {
  base::http::Limits limits;
  limits.large_body_bytes = kLargestDelivery;
  // Only with the token: what a request buffers counts against all others.
  limits.may_send_large_body = [&token](const base::http::Head& head) {
    const std::string_view path = std::string_view(head.target).substr(0, head.target.find('?'));
    return path == kAlertsPath && token.borne_by(head.headers);
  };
  // For pages and lists, which may be large. Requests that must not wait for them have their own lanes.
  limits.workers = 4;
  limits.queue = 32;
  return limits;
}

// A declared subsystem that Prometheus does not know is unknown.
Health of_declared(Health health, const base::Inventory& inventory) {
  for (const base::Subsystem& subsystem : inventory.subsystems)
    health.subsystems.try_emplace(subsystem.name, "unknown");
  return health;
}

base::Result<> make_folder(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {};
  if (!std::filesystem::create_directories(path, error))
    return base::fail("data_dir {}: {}", path, error.message());
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_all | std::filesystem::perms::group_read |
                                   std::filesystem::perms::group_exec,
                               error);
  return {};
}

}  // namespace

base::Result<std::unique_ptr<App>> App::start(const base::Flags& flags, std::shared_ptr<const Setup> setup,
                                              const base::Clock& clock) {
  const Config& config = setup->config;
  auto token = base::read_secret(config.token_file);
  if (!token) return base::wrap(token.error(), "token_file");
  auto access = base::http::WebAccess::open(flags.web_config_file, clock);
  if (!access) return std::unexpected(access.error());
  if (const auto made = make_folder(config.data_dir); !made) return std::unexpected(made.error());
  auto journal = journal::SqliteJournal::open(config.data_dir + "/journal.db", clock);
  if (!journal) return std::unexpected(journal.error());
  if ((*journal)->quarantined()) {
    base::log::error("the journal could not be used and was quarantined",
                     {{"reason", *(*journal)->quarantined()}});
  }
  const bool own_key = config.approval_key_file.empty();
  auto key =
      approvals::read_key(own_key ? config.data_dir + "/approval.key" : config.approval_key_file, own_key);
  if (!key) return std::unexpected(key.error());
  std::unique_ptr<App> app(new App(flags, std::move(setup), clock, std::move(*journal), std::move(*key),
                                   std::move(*token), std::move(*access)));
  if (const auto recovered = app->decider_.recover(
          policy::read_published(app->setup_->config.policy, policy_copy_of(app->setup_->config), clock));
      !recovered)
    return std::unexpected(recovered.error());
  ::malloc_trim(0);  // the journal was read record by record
  if (const auto listening = app->server_.listen(flags.listen_address); !listening) {
    return std::unexpected(listening.error());
  }
  app->turning_ =
      std::jthread([raw = app.get()](std::stop_token stop) { raw->turn_until_stopped(std::move(stop)); });
  base::log::info("salus-healer is up", {{"version", base::version()},
                                         {"listen", flags.listen_address},
                                         {"port", app->server_.port()},
                                         {"playbooks", app->setup_->config.playbooks.size()}});
  base::notify_systemd("READY=1");
  return app;
}

App::App(const base::Flags& flags, std::shared_ptr<const Setup> setup, const base::Clock& clock,
         std::unique_ptr<journal::Journal> journal, std::string key, std::string token,
         std::unique_ptr<base::http::WebAccess> access)
    : flags_(flags),
      clock_(clock),
      setup_(std::move(setup)),
      health_(std::make_shared<HealthReader>(
          checks::Prometheus(setup_->config.prometheus_url, setup_->config.prometheus_http), clock)),
      config_loaded_at_(clock.now().wall),
      journal_(std::move(journal)),
      signer_(std::move(key)),
      effects_(setup_, events_, replies_, clock),
      decider_(setup_->config, *journal_, effects_, clock),
      token_(std::move(token), clock),
      intake_(decider_.alerts(), events_),
      receiver_names_(setup_->config.alertmanager_receivers),
      reconciler_(setup_->config.alertmanager_url, setup_->config.alertmanager_http,
                  setup_->config.reconcile_interval, receiver_names_, clock,
                  [this](AlertsInput list) { intake_.take_list(std::move(list)); }),
      rulers_(setup_->config, clock, [this](policy::RulesInput rules) { events_.post(std::move(rules)); }),
      health_poller_(
          setup_->config, [this] { return decider_.view(); }, clock,
          [this](bool answers) { events_.post(PrometheusInput{answers}); }),
      report_worker_(
          setup_->config, [this] { return decider_.view(); },
          [this](Notice notice) { effects_.outbox().add(std::move(notice)); }, clock_),
      receiver_(token_, intake_, receiver_names_, [this] { reconciler_.poke(); }),
      api_(api_parts()),
      access_(std::move(access)),
      server_(limits(token_), clock),
      turned_at_(clock.now().mono) {
  effects_.sign_links_with(signer_);
  effects_.ask_alertmanager_through([this] { reconciler_.poke(); });
  effects_.tell_through([this](Notice notice) { report_worker_.announce(std::move(notice)); });
  api_.add_routes(server_);
  if (!access_) return;
  // Password and token use the same header. A request with a token that allows changes may also read.
  access_->accept_also([this](const base::http::Request& request) {
    return token_.borne_by(request) || api_.bears_link(request);
  });
  server_.protect(*access_);
}

App::~App() {
  effects_.policy_outputs().subscription().close();
  server_.stop();
}

std::shared_ptr<const Setup> App::setup() const {
  std::lock_guard lock(mutex_);
  return setup_;
}

std::vector<Input> App::take_inputs(base::MonoTime due, std::stop_token stop) {
  std::vector<Input> inputs = events_.take(std::min(due, clock_.now().mono + kTurnAtLeastEvery), stop);
  std::unique_lock lock(mutex_);
  const auto with = setup_;
  const bool config_ok = config_ok_;
  lock.unlock();
  const Config& config = with->config;
  // First, so that it applies to the other inputs of this turn.
  inputs.insert(inputs.begin(),
                self_health_.look(disk_free(config.data_dir), config_ok, config.guards, clock_.now()));
  return inputs;
}

bool App::turn_once(base::MonoTime& due, std::stop_token stop) {
  try {
    std::vector<Input> inputs = take_inputs(due, stop);
    const bool many = are_many_alerts(inputs);
    // The rulers' state of these alerts, and of those behind them, is needed soon.
    if (concern_policy(inputs)) rulers_.poke();
    due = decider_.step(std::move(inputs));
    if (many) ::malloc_trim(0);
  } catch (const std::exception& error) {
    // The state in memory may be inconsistent; the journal is not.
    failed_ = true;
    ::kill(::getpid(), SIGTERM);
    try {
      base::log::error("the decision loop failed; exiting to restart from the journal",
                       {{"error", error.what()}});
    } catch (const std::exception&) {
      return false;  // no memory for that line either
    }
    return false;
  }
  turned_at_ = clock_.now().mono;
  health_poller_.notice(*decider_.view());
  report_worker_.notice(*decider_.view());
  base::notify_systemd("WATCHDOG=1");
  return true;
}

void App::turn_until_stopped(std::stop_token stop) {
  base::MonoTime due = clock_.now().mono;
  while (!stop.stop_requested()) {
    if (!turn_once(due, stop)) return;
  }
  due = clock_.now().mono;
  turn_once(due, stop);  // outcomes that came last
}

ApiParts App::api_parts() {
  return {.token = token_,
          .events = events_,
          .replies = replies_,
          .receive_alerts = [this](const base::http::Request& request) { return receiver_.handle(request); },
          .view = [this] { return decider_.view(); },
          .policy = effects_.policy_outputs().subscription(),
          .report = [this] { return health_poller_.report(); },
          .health =
              [this] {
                std::unique_lock lock(mutex_);
                const auto reader = health_;
                const auto with = setup_;
                lock.unlock();
                return of_declared(reader->read(), with->config.inventory);
              },
          .force_check = [this] { return force_check(); },
          .reports_folder = [this] { return setup()->config.reports.folder; },
          .metrics_page = [this] { return metrics_page(); },
          .reload = [this] { return reload(); },
          .alive = [this] { return clock_.now().mono - turned_at_.load() < kStalledAfter; },
          .test_notifiers =
              [this](const std::string& name) {
                // Less than the client's timeout.
                return effects_.outbox().test(name, base::Deadline::after(clock_, seconds(8)));
              },
          .stack = [this] { return setup()->config.stack; },
          .progress = [this](const std::string& incident) { return effects_.run_progress().of(incident); },
          .signer = &signer_,
          .config =
              [this] {
                const auto with = setup();
                return std::shared_ptr<const Config>(with, &with->config);
              },
          .external_url = [this] { return setup()->config.external_url; }};
}

base::Result<Checked> App::force_check() {
  const auto with = setup();
  const checks::Exporter exporter(with->config.exporter_url, with->config.exporter_http);
  // An operator may ask just because a source cannot be read; the firing alerts are reported all the same.
  const auto refreshed = exporter.refresh({}, base::Deadline::after(clock_, seconds(10)));
  auto list = reconciler_.ask(base::Deadline::after(clock_, seconds(5)));
  if (!list) return std::unexpected(list.error());
  const HealthReader reader(checks::Prometheus(with->config.prometheus_url, with->config.prometheus_http),
                            clock_);
  Checked checked{.alerts = std::move(list->alerts),
                  .health = of_declared(reader.read_now(base::Deadline::after(clock_, seconds(2))),
                                        with->config.inventory),
                  .at = clock_.now().wall};
  if (!refreshed) checked.warnings.push_back(refreshed.error().message);
  if (!checked.health.error.empty()) checked.warnings.push_back(checked.health.error);
  return checked;
}

std::string App::metrics_page() {
  const ReportWorker::Readings reporter = report_worker_.readings();
  Readings readings{.alerts_received = receiver_.counts(),
                    .notifications = effects_.outbox().readings(),
                    .outbox_errors = effects_.outbox().store_errors(),
                    .action_durations = effects_.action_durations(),
                    .policy_file_errors = effects_.policy_outputs().file_errors(),
                    .policy_file_spares = effects_.policy_outputs().file_spares(),
                    .policy_outputs = effects_.policy_outputs().statuses(),
                    .prometheus_answered_at = health_poller_.prometheus_answered_at(),
                    .reports_written = reporter.written,
                    .report_errors = reporter.errors,
                    .reports_due = reporter.due,
                    .journal_errors = journal_->errors_total(),
                    .journal_bytes = journal_->bytes(),
                    .journal_records = journal_->records(),
                    .journal_retired = journal_->retired(),
                    .journal_quarantined = journal_->quarantined().has_value(),
                    .journal_missing_records = !decider_.view()->journal_missing_records.empty()};
  const Reconciler::Status status = reconciler_.status();
  readings.reconcile_ok = status.ok;
  readings.reconciled_at = status.last_success;
  readings.http = server_.counts();
  readings.missing_collectors = effects_.missing_collectors();
  readings.routed_here = status.here;
  readings.routed_elsewhere = status.elsewhere;
  std::unique_lock lock(mutex_);
  const auto with = setup_;
  readings.config_ok = config_ok_ && (!access_ || access_->up_to_date());
  readings.config_loaded_at = config_loaded_at_;
  lock.unlock();
  const auto view = decider_.view();
  std::string page = base::expose(metrics_.families(*view, with->config, readings));
  effects_.page_served(*view);
  return page;
}

base::Result<> App::reload() {
  std::lock_guard one_at_a_time(reloading_);
  base::yaml::Problems problems;
  auto next = read_setup(flags_.config_file, flags_.subsystems_file, clock_, problems, setup()->force);
  if (problems.empty()) {
    auto token = base::read_secret(next->config.token_file);
    if (token) {
      token_.replace(std::move(*token));
    } else {
      problems.add({flags_.config_file, 0, "token_file", token.error().message});
    }
  }
  if (!problems.empty()) {
    std::lock_guard lock(mutex_);
    config_ok_ = false;
    for (const auto& problem : problems.list())
      base::log::error("configuration", {{"problem", problem.str()}});
    return base::fail("{}", problems.str());
  }
  const Config& config = next->config;
  if (const auto before = setup();
      before->config.data_dir != config.data_dir || before->config.action_workers != config.action_workers) {
    base::log::warn("changes of data_dir and action_workers take effect at the next start only");
  }
  effects_.reconfigure(next);
  decider_.reconfigure(config);
  health_poller_.reconfigure(config);
  report_worker_.reconfigure(config);
  rulers_.reconfigure(config);
  receiver_names_.configure(config.alertmanager_receivers);
  reconciler_.reconfigure(config.alertmanager_url, config.alertmanager_http, config.reconcile_interval);
  std::lock_guard lock(mutex_);
  health_ = std::make_shared<HealthReader>(checks::Prometheus(config.prometheus_url, config.prometheus_http),
                                           clock_);
  setup_ = std::move(next);
  config_ok_ = true;
  config_loaded_at_ = clock_.now().wall;
  base::log::info("configuration reloaded", {{"file", flags_.config_file}});
  return {};
}

bool App::stop() {
  base::notify_systemd("STOPPING=1");
  api_.stop_taking();
  decider_.begin_stop();
  const bool ended = effects_.stop(kActionsMayTake);
  if (!ended) base::log::warn("an action is still running; the next start records it as interrupted");
  effects_.policy_outputs().subscription().close();
  turning_.request_stop();
  if (turning_.joinable()) turning_.join();
  report_worker_.stop();
  server_.stop();
  return ended;
}

}  // namespace healer
