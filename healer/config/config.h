// healer.yml as plain structs: the whole model in one place.
//
// A playbook defines how to heal. It lists the alerts it accepts, so that neither a rule nor a playbook alone
// can start an action. Its rungs are tried in order until verification finds that the symptom is gone. Most
// playbooks heal containers; one with a `task` runs that task when an alert reports it due; others act on a
// subsystem or on trading as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/yaml/yaml.h"
#include "healer/config/guards_config.h"
#include "healer/config/notify_config.h"
#include "healer/config/reports_config.h"
#include "healer/model/model.h"
#include "healer/model/policy/permissions.h"
#include "healer/redis/address.h"
#include "inventory/subsystems.h"

namespace healer {

struct Rung {
  std::string action;  // a name of healer/actions/table.cpp
  int attempts = 1;    // runs of this rung before the next
  base::Duration timeout = std::chrono::seconds(30);
  // The policy is at least this strict from the rung's intent until the lease ends, also after the action has
  // ended.
  std::optional<Policy> policy{};
  base::Duration lease{};
  // Whether it may start automatically: as configured here, in its playbook or for all playbooks.
  bool approval = false;  // an operator must approve each run
  bool automatic = true;  // otherwise it is only recommended, and an operator may run it
  base::Duration approval_within = std::chrono::minutes(30);  // how long a request for approval is valid
  bool dry_run = false;                                       // only report what would run
  bool disruptive = true;  // given by the action, unless the playbook overrides it
  // Given by the action: the containers that it stops beside its target, and whether it waits for them to be
  // healthy (actions::PlannedDowntime).
  std::vector<std::string> takes{};
  bool can_wait = false;
  // It only prepares: the next rung follows at once, also when this one may not start automatically.
  bool prepares = false;
  // No attempts are configured: one more run replaces one that a crash interrupted.
  bool repeats = false;
};

// A direct check of the target: healer/verify/direct.h.
struct DirectProbe {
  enum class Kind { kEngine, kHttp, kTcp };  // kEngine: its container
  Kind kind = Kind::kEngine;
  std::string server;  // http: http://host:port
  std::string path;    // with query; "{{target}}" is replaced by the target's name
  int status = 200;    // the expected status
  base::http::ClientOptions http;
  base::Endpoint address;  // tcp
  base::Duration timeout = std::chrono::seconds(2);
};

struct Verify {
  // PromQL that returns at least one sample, each with a value other than 0, when the target is healthy;
  // "{{target}}" is replaced by the target's name. Empty: the alert's own rule decides. In both cases the
  // incident's alerts must have stopped firing.
  std::string healthy;
  base::Duration healthy_for = std::chrono::seconds(10);  // how long the symptom must stay away
  base::Duration within = std::chrono::minutes(1);        // how long an action may take to show its effect
  base::Duration every = std::chrono::seconds(1);         // between two checks
  std::optional<DirectProbe> direct{};                    // must find it healthy as well
  bool monitored = true;  // false: Prometheus has no data about it; the action's outcome decides
};

enum class OnCrash { kVerify, kRetry, kNeverRepeat };

struct Playbook {
  std::string name;
  std::string acts_on = "container";  // a kind of Target; "task" exactly when `task` is set
  std::string task;                   // the task that it runs
  // Of a task: false if only operators run it. Then no alert may request it, and no metric says when it is
  // due.
  bool scheduled = true;
  std::vector<std::string> accepts;  // alert names
  std::vector<Rung> rungs;
  Verify verify;
  // Between the actions of two incidents on one target. Multiplied by the factor for each incident from the
  // third on, until the target has had no incident for cooldown_reset.
  base::Duration cooldown = std::chrono::minutes(1);
  double cooldown_factor = 2;
  base::Duration cooldown_max = std::chrono::minutes(15);
  base::Duration cooldown_reset = std::chrono::minutes(30);
  int attempts = 5;  // actions on one target within attempts_window
  base::Duration attempts_window = std::chrono::hours(1);
  OnCrash on_crash = OnCrash::kVerify;
  std::optional<Policy> policy_while_running{};  // the minimum from an intent until it is verified
  std::optional<int> actions_per_hour;           // of all its targets together
  Hours hours;
  Policy requires_policy = Policy::kAllowAll;  // disruptive actions wait until at least this is in force
  bool undo_when_healed = false;               // undo those of its actions that can be undone
  std::optional<int> priority;  // 1 is first; none: by the severity of the alert (healer/state/priority.h)
};

// Of the incidents that undo an action: healer/state/undo.h. No file contains it, and no alert can request
// it.
Playbook undo_playbook();

// The playbook name of such incidents, reserved in healer.yml.
inline constexpr std::string_view kUndoPlaybook = "undo";

// The policy as a key of Redis that expires with the document.
struct RedisPolicyConfig {
  actions::RedisAddress server;
  std::string key = "salus:policy";
  std::string channel = "salus:policy";
};

// A server that each document is POSTed to.
struct PushPolicyConfig {
  std::string name;
  std::string url;
  base::http::ClientOptions http;
};

struct PolicyConfig {
  std::string file;  // the policy file; empty: none
  base::Duration lease =
      std::chrono::seconds(30);  // valid_until = issued_at + lease; renewed at a third of it
  base::Duration relax_after = std::chrono::minutes(2);  // of fresh evidence of health, for each step down
  base::Duration watchdog_timeout = std::chrono::minutes(5);  // of a missing Watchdog, before tightening
  std::string on_watchdog_silence = "no_new_trades";          // to at least this; never looser than it
  base::Duration prometheus_timeout =
      std::chrono::minutes(5);  // without a response of Prometheus: no_new_trades
  policy::RiskProfile safe_risk_profile{};
  // How long the path from the rules to the healer may deviate before that is a cause.
  base::Duration chain_tolerance = std::chrono::seconds(30);
  // How long an alert of a ruler that is not configured holds the policy after it was resolved.
  base::Duration unconfirmed_end = std::chrono::minutes(2);
  std::optional<RedisPolicyConfig> redis{};
  std::vector<PushPolicyConfig> push{};
};

// A server with Prometheus's rules API: Prometheus, Thanos, Mimir, Loki.
struct RulerConfig {
  std::string name;
  std::string url;
  base::http::ClientOptions http;
};
inline constexpr std::string_view kFirstRuler = "prometheus";  // the one of prometheus_url

// The alert that proves the whole path from the rules to the healer.
inline constexpr std::string_view kHeartbeatName = "Watchdog";
struct HeartbeatConfig {
  std::map<std::string, std::string> labels;  // that distinguish it from another system's
};

// How to send requests to the trading system, beside the policy document that it reads.
struct TradingConfig {
  std::string url;                 // empty: there is no such section, and no action that calls it
  base::http::ClientOptions http;  // with the token's file
  base::Duration timeout = std::chrono::seconds(5);  // of one request
};

// A program whose success is a check.
struct CommandCheck {
  std::string name;
  std::vector<std::string> argv;  // the first by its absolute path
  std::string directory;          // absolute; empty: /
  base::Duration timeout = std::chrono::seconds(60);
  std::uint64_t max_memory_bytes = 1ULL << 30U;  // of each of its processes
  // Of a module or a smoke test: the playbook that heals this container when the check has failed. Both or
  // neither.
  std::string heal{};
  std::string container{};
};

// A server whose response is a check.
struct HttpCheck {
  std::string name;
  std::string url;  // of the server alone: http://127.0.0.1:8000
  std::string path;
  base::http::ClientOptions http;
  int status = 200;
  // JSON pointer → the expected value, as text; none: any.
  std::map<std::string, std::optional<std::string>> fields{};
  base::Duration timeout = std::chrono::seconds(10);
};

// The weekly validation: healer/actions/maintenance/validation/validation.h. The last fields are for the
// stability check after a full restart alone: healer/actions/maintenance/rebuild/suites.h.
struct ValidationConfig {
  std::vector<CommandCheck> modules;
  int modules_may_fail = 0;  // of five, one: the phase passes with 4 of 5
  std::vector<CommandCheck> smoke;
  std::uint64_t min_file_bytes = 101;  // the minimum size of a listed file
  int parallel = 4;                    // commands at a time
  base::Duration timeout = std::chrono::minutes(5);
  std::vector<HttpCheck> http{};
  std::vector<CommandCheck> integrations{};
};

// How long the healer keeps records.
struct JournalConfig {
  // Older records are removed; the state derived from them is kept. Reports cover at most a year.
  base::Duration retention = std::chrono::days(400);
};

struct Config {
  std::string stack = "Salus";  // the name of the stack in notifications
  std::string alertmanager_url;
  std::string prometheus_url;
  std::string exporter_url;
  // Names of the healer's receivers, beside those that its deliveries name (webhook::ReceiverNames).
  std::vector<std::string> alertmanager_receivers{"healer", "salus-healer"};
  base::http::ClientOptions alertmanager_http;  // how to connect to each of them
  base::http::ClientOptions prometheus_http;
  base::http::ClientOptions exporter_http;
  std::string exporter_job = "salus-exporter";  // its job label in Prometheus
  std::string token_file;                       // bearer token of the webhook and of every change
  std::string data_dir;                         // journal
  JournalConfig journal;
  std::vector<RulerConfig> rulers;  // the first is that of prometheus_url; none: no alert can be confirmed
  HeartbeatConfig heartbeat;
  std::string report_file;  // the healer's report of everything it knows
  base::Duration reconcile_interval = std::chrono::minutes(1);
  std::string docker_host = "unix:///var/run/docker.sock";
  int action_workers = 4;
  // The URL of the healer's web pages: the base of links in notices. Empty: notices have no links.
  std::string external_url;
  std::string approval_key_file;  // the key that signs those links; empty: approval.key in data_dir
  PolicyConfig policy;
  GuardsConfig guards;
  ValidationConfig validation;
  TradingConfig trading;
  std::vector<Playbook> playbooks;
  Playbook undo = undo_playbook();
  std::vector<NotifierConfig> notifiers;
  NotificationsConfig notifications;
  reports::ReportsConfig reports;
  base::Inventory inventory;  // from subsystems.yml
};

// The playbook of that name, also the one of undos; nullptr when there is none.
const Playbook* find_playbook(const Config& config, std::string_view name);

}  // namespace healer
