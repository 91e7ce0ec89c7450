// healer.yml as plain structs: the whole model in one place.
//
// A playbook says what heals. It lists the alerts it accepts, so that neither a rule nor a playbook alone
// can start an action; its rungs are tried in order until verification says that the symptom is gone.
// Most playbooks heal containers; one with a `task` carries that task out when an alert says that it is due,
// and others act on a subsystem or on trading as a whole.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/subsystems.h"
#include "base/yaml.h"
#include "healer/actions/redis_address.h"
#include "healer/guards/config.h"
#include "healer/model.h"
#include "healer/notify/config.h"
#include "healer/policy/permissions.h"
#include "healer/reports/config.h"

namespace healer {

struct Rung {
  std::string action;  // a name of healer/actions/table.cpp
  int attempts = 1;    // runs of this rung before the next
  base::Duration timeout = std::chrono::seconds(30);
  // At least so strict from the rung's intent on, for as long as the lease: also when the action has ended.
  std::optional<Policy> policy{};
  base::Duration lease{};
  // Whether it may start by itself, as it was configured here, in its playbook or for all of them.
  bool approval = false;  // a person must approve each run
  bool automatic = true;  // otherwise it is only recommended, and a person may have it run
  base::Duration approval_within = std::chrono::minutes(30);  // how long a question to a person stands
  bool dry_run = false;                                       // it is only said what would run
  bool disruptive = true;  // the action's own nature, unless the playbook says otherwise
  // The action's own nature: the containers that it stops beside its target, and whether it waits for them to
  // be well (actions::Taking).
  std::vector<std::string> takes{};
  bool can_wait = false;
  // It heals nothing by itself: the next rung follows at once, also when it may not start by itself.
  bool prepares = false;
  // No attempts are configured: one run more in place of one that a crash cut short.
  bool repeats = false;
};

// A look at the target itself: healer/checks/direct.h.
struct DirectProbe {
  enum class Kind { kEngine, kHttp, kTcp };  // kEngine: its container
  Kind kind = Kind::kEngine;
  std::string server;  // http: http://host:port
  std::string path;    // and query; "{{target}}" stands for the target's name
  int status = 200;    // that it answers
  base::http::ClientOptions http;
  base::Endpoint address;  // tcp
  base::Duration timeout = std::chrono::seconds(2);
};

struct Verify {
  // PromQL that answers at least one sample, each with a value other than 0, when the target is healthy;
  // "{{target}}" stands for the target's name. Empty: the alert's own rule decides. In both cases the
  // incident's alerts must have stopped firing.
  std::string healthy;
  base::Duration healthy_for = std::chrono::seconds(10);  // how long it must stay gone
  base::Duration within = std::chrono::minutes(1);        // how long an action has to show its effect
  base::Duration every = std::chrono::seconds(1);         // between two looks
  std::optional<DirectProbe> direct{};                    // must find it healthy, too
  bool monitored = true;  // false: Prometheus has nothing to say of it, the action's outcome says all
};

enum class OnCrash { kVerify, kRetry, kNeverRepeat };

struct Playbook {
  std::string name;
  std::string acts_on = "container";  // a kind of Target; "task" exactly when `task` is set
  std::string task;                   // what it carries out
  std::vector<std::string> accepts;   // alert names
  std::vector<Rung> rungs;
  Verify verify;
  // Between two incidents' actions on one target; from the third incident on times the factor each, until the
  // target has been without an incident for cooldown_reset.
  base::Duration cooldown = std::chrono::minutes(1);
  double cooldown_factor = 2;
  base::Duration cooldown_max = std::chrono::minutes(15);
  base::Duration cooldown_reset = std::chrono::minutes(30);
  int attempts = 5;  // actions on one target within attempts_window
  base::Duration attempts_window = std::chrono::hours(1);
  OnCrash on_crash = OnCrash::kVerify;
  std::optional<Policy> policy_while_running{};  // at least so strict from an intent until it is verified
  std::optional<int> actions_per_hour;           // on all its targets
  Hours hours;
  Policy requires_policy = Policy::kAllowAll;  // disruptive actions wait until at least this is in force
  bool undo_when_healed = false;               // what can be taken back of its actions
  std::optional<int> priority;  // 1 comes first; none: by the severity of the alert (healer/priority.h)
};

// Of the incidents that take an action back: healer/undo.h. No file has it, and no alert can ask for it.
Playbook undo_playbook();

// The policy as a key of Redis that expires with the document.
struct RedisPolicyConfig {
  actions::RedisAddress server;
  std::string key = "salus:policy";
  std::string channel = "salus:policy";
};

// Whom each document is POSTed to.
struct PushPolicyConfig {
  std::string name;
  std::string url;
  base::http::ClientOptions http;
};

struct PolicyConfig {
  std::string file;  // the policy file; empty: none
  base::Duration lease =
      std::chrono::seconds(30);  // valid_until = issued_at + lease; renewed at a third of it
  base::Duration relax_after = std::chrono::minutes(2);       // of fresh healthy evidence, for each step down
  base::Duration watchdog_timeout = std::chrono::minutes(5);  // silence of the Watchdog alert that tightens
  std::string on_watchdog_silence = "no_new_trades";          // to at least this; never looser than it
  base::Duration prometheus_timeout =
      std::chrono::minutes(5);  // without an answer of Prometheus: no_new_trades
  policy::RiskProfile safe_risk_profile{};
  // How long the way from the rules to the healer may differ from what is expected before that is a cause.
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

// The alert that proves the whole way from the rules to the healer.
inline constexpr std::string_view kHeartbeatName = "Watchdog";
struct HeartbeatConfig {
  std::map<std::string, std::string> labels;  // that tell it from another system's
};

// How to tell the trading system what it may do, beside the policy document that it reads.
struct TradingConfig {
  std::string url;                 // empty: there is no such section, and no action that speaks to it
  base::http::ClientOptions http;  // with the token's file
  base::Duration timeout = std::chrono::seconds(5);  // of one question
};

// A program whose success is a check.
struct CommandCheck {
  std::string name;
  std::vector<std::string> argv;  // the first by its absolute path
  std::string directory;          // absolute; empty: /
  base::Duration timeout = std::chrono::seconds(60);
  std::uint64_t max_memory_bytes = 1ULL << 30U;  // of each of its processes
};

// A server whose answer is a check.
struct HttpCheck {
  std::string name;
  std::string url;  // of the server alone: http://127.0.0.1:8000
  std::string path;
  base::http::ClientOptions http;
  int status = 200;
  // JSON pointer → the value that must stand there, as text; none: any.
  std::map<std::string, std::optional<std::string>> fields{};
  base::Duration timeout = std::chrono::seconds(10);
};

// The weekly validation: healer/validation/validation.h. What stands last is for the stability check after a
// full restart alone: healer/rebuild/suites.h.
struct ValidationConfig {
  std::vector<CommandCheck> modules;
  int modules_may_fail = 0;  // of five, one: the phase passes with 4 of 5
  std::vector<CommandCheck> smoke;
  std::uint64_t min_file_bytes = 101;  // a listed file has at least so many
  int parallel = 4;                    // commands at a time
  base::Duration timeout = std::chrono::minutes(5);
  std::vector<HttpCheck> http{};
  std::vector<CommandCheck> integrations{};
};

// What the healer remembers of the past.
struct JournalConfig {
  // Records are removed when they are older; what they amount to is kept. Reports look back a year at most.
  base::Duration retention = std::chrono::days(400);
};

struct Config {
  std::string stack = "Salus";  // how notifications call what is watched
  std::string alertmanager_url;
  std::string prometheus_url;
  std::string exporter_url;
  // Names of the healer's own receivers, beside those that its deliveries name (webhook::ReceiverNames).
  std::vector<std::string> alertmanager_receivers{"healer", "salus-healer"};
  base::http::ClientOptions alertmanager_http;  // how to speak to each of them
  base::http::ClientOptions prometheus_http;
  base::http::ClientOptions exporter_http;
  std::string exporter_job = "salus-exporter";  // its job label in Prometheus
  std::string token_file;  // bearer token of the webhook and of everything that changes something
  std::string data_dir;    // journal
  JournalConfig journal;
  std::vector<RulerConfig> rulers;  // that of prometheus_url is the first; none: no alert can be confirmed
  HeartbeatConfig heartbeat;
  std::string report_file;  // the healer's report of everything it knows
  base::Duration reconcile_interval = std::chrono::minutes(1);
  std::string docker_host = "unix:///var/run/docker.sock";
  int action_workers = 4;
  // Where people reach the healer's web pages: the base of links in notices. Empty: notices have no links.
  std::string external_url;
  std::string approval_key_file;  // what those links are signed with; empty: approval.key in data_dir
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

}  // namespace healer
