// salusctl: the healer's command line. Parses the command; command.cpp executes it.
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "base/program.h"
#include "salusctl/check/check.h"
#include "salusctl/command.h"
#include "salusctl/explain.h"
#include "salusctl/journal.h"
#include "salusctl/logs_scan.h"
#include "salusctl/manifest.h"
#include "salusctl/replay.h"
#include "salusctl/report.h"

namespace {

using healer::salusctl::Command;
using healer::salusctl::CreateManifest;
using healer::salusctl::Explain;
using healer::salusctl::LogsScan;
using healer::salusctl::Output;
using healer::salusctl::ReplayJournal;
using healer::salusctl::ReportIncident;
using healer::salusctl::ReportWeekly;
using healer::salusctl::Verb;
using healer::salusctl::VerifyJournal;
using healer::salusctl::check::CheckCommand;

std::string user_name() {
  const passwd* user = ::getpwuid(::getuid());
  return user == nullptr ? "" : user->pw_name;
}

CLI::App* add(CLI::App& app, const std::string& name, const std::string& help, Command& command, Verb verb) {
  CLI::App* sub = app.add_subcommand(name, help);
  sub->callback([&command, verb] { command.verb = verb; });
  return sub;
}

void add_json(CLI::App* sub, Command& command) {
  sub->add_flag("--json", command.json, "Print JSON, for scripts");
}

void add_policy(CLI::App& app, Command& command) {
  CLI::App* policy = app.add_subcommand("policy", "Show what trading may do, and why");
  policy->callback([&command, policy] {
    if (policy->get_subcommands().empty()) command.verb = Verb::kPolicy;
  });
  policy->require_subcommand(0, 1);
  add_json(policy, command);
  CLI::App* hold =
      add(*policy, "hold", "Hold the policy at this level or stricter", command, Verb::kHoldPolicy);
  hold->add_option("policy", command.policy, "Policy")
      ->required()
      ->check(CLI::IsMember(
          {"allow_all", "safe_risk_profile", "no_new_trades", "defensive_exit", "emergency_shutdown"}));
  hold->add_option("--reason", command.reason, "Reason")->required();
  hold->add_option("--for", command.length, "Duration, such as 1h30m; default: until released");
  CLI::App* release =
      add(*policy, "release", "Release the hold, or an emergency_shutdown that no cause demands any more",
          command, Verb::kReleasePolicy);
  CLI::Option* lease =
      release->add_option("--lease", command.lease, "End the lease of this action instead, such as INC-17/2");
  release
      ->add_option("--cause", command.cause,
                   "End this cause instead: its text, or the name of an alert or rule that no longer exists")
      ->excludes(lease);
  release->add_option("--reason", command.reason, "Reason");
}

void add_commands(CLI::App& app, Command& command) {
  add_json(add(app, "status", "Show policy, health and open incidents", command, Verb::kStatus), command);

  CLI::App* incidents = add(app, "incidents", "List open incidents", command, Verb::kIncidents);
  incidents->add_flag("--all", command.all, "Include closed incidents");
  add_json(incidents, command);

  CLI::App* incident = add(app, "incident", "Show an incident and its timeline", command, Verb::kIncident);
  incident->add_option("id", command.incident, "Incident id, such as INC-17")->required();
  add_json(incident, command);

  add_policy(app, command);

  CLI::App* pause =
      add(app, "pause", "Pause healing for a limited time; alerts are recorded and the policy still tightens",
          command, Verb::kPause);
  pause->add_option("--for", command.length, "Duration, such as 1h30m")->required();
  pause->add_option("--reason", command.reason, "Reason")->required();
  add(app, "resume", "Resume healing", command, Verb::kResume)
      ->add_option("--reason", command.reason, "Reason");

  CLI::App* approvals =
      add(app, "approvals", "List actions that wait for an operator's approval", command, Verb::kApprovals);
  approvals->add_flag("--all", command.all, "Include those that are no longer pending");
  add_json(approvals, command);
  CLI::App* approve = add(app, "approve", "Approve an action", command, Verb::kApprove);
  approve->add_option("id", command.approval, "Approval id, such as APR-17-1")->required();
  approve->add_option("--reason", command.reason, "Reason");
  CLI::App* reject =
      add(app, "reject", "Reject an action; its incident then waits for an operator", command, Verb::kReject);
  reject->add_option("id", command.approval, "Approval id, such as APR-17-1")->required();
  reject->add_option("--reason", command.reason, "Reason")->required();
  add_json(add(app, "recommendations", "List the healer's recommendations and their outcomes", command,
               Verb::kRecommendations),
           command);

  add_json(add(app, "playbooks", "List playbooks that can be run manually, and their last runs", command,
               Verb::kPlaybooks),
           command);
  CLI::App* run =
      add(app, "run", "Run a playbook manually, in the same way as for an alert", command, Verb::kRun);
  run->add_option("playbook", command.playbook, "Name, as listed by `salusctl playbooks`")->required();
  run->add_option("--target", command.target,
                  "Declared container, or a subsystem that has one; for a playbook without a task");
  run->add_option("--reason", command.reason, "Reason");
  run->add_flag("--wait", command.wait, "Wait until the incident ends; exits with 0 if it is healed");
  add_json(run, command);

  CLI::App* undo = add(app, "undo", "Undo an action, if it is reversible", command, Verb::kUndo);
  undo->add_option("action", command.action, "Action id, such as INC-17/2: the second action of INC-17")
      ->required();
  undo->add_option("--reason", command.reason, "Reason")->required();
  undo->add_flag("--wait", command.wait, "Wait until the incident ends; exits with 0 if it is healed");
  add_json(undo, command);

  CLI::App* release =
      add(app, "release", "Release an incident that waits for an operator", command, Verb::kRelease);
  release->add_option("id", command.incident, "Incident id, such as INC-17")->required();
  release->add_option("--reason", command.reason, "What was done to fix it");

  CLI::App* notify = app.add_subcommand("notify", "Check notifications");
  notify->require_subcommand(1);
  CLI::App* test =
      add(*notify, "test", "Send a test message and print the results; exits with 1 if one failed", command,
          Verb::kTestNotifiers);
  test->add_option("name", command.notifier, "Notifier; default: all");
  add_json(test, command);
}

// `local` is set to the function that executes the command. These commands need no healer.
void add_manifest(CLI::App& app, CreateManifest& wanted, std::function<Output()>& local) {
  CLI::App* manifest =
      app.add_subcommand("manifest", "Create and verify manifests: the expected size and SHA-256 of files");
  manifest->require_subcommand(1);
  CLI::App* create = manifest->add_subcommand("create", "Write a manifest, which sha256sum -c can also read");
  create->add_option("paths", wanted.paths, "Files, and folders with all files below them")->required();
  create->add_option("-o,--output", wanted.file,
                     "Manifest file; names are relative to its folder. Default: print it, with names "
                     "relative to the current folder");
  create->add_option("--backup", wanted.backup,
                     "Folder with good copies under the same names; it is noted in the manifest");
  create->callback(
      [&wanted, &local] { local = [&wanted] { return healer::salusctl::create_manifest(wanted); }; });
  CLI::App* verify =
      manifest->add_subcommand("verify", "Compare files with a manifest; exits with 1 if some differ");
  verify->add_option("file", wanted.file, "Manifest file")->required();
  verify->callback(
      [&wanted, &local] { local = [&wanted] { return healer::salusctl::verify_manifest(wanted.file); }; });
}

// `url`: where the healer listens; --url comes before or after the command.
void add_check(CLI::App& app, CheckCommand& wanted, const std::string& url, std::function<Output()>& local) {
  CLI::App* check = app.add_subcommand("check",
                                       "Check rules, configurations, dashboards, runbooks and routes against "
                                       "each other; exits with 1 on errors");
  check->footer(
      "Default paths are those of the checkout that contains the current folder, else in /etc/salus,\n"
      "/etc/prometheus and /usr/share/salus.");
  check->add_option("--rules", wanted.places.rules, "Folder of *.rules.yml and custom/");
  check->add_option("--config", wanted.places.config,
                    "Folder of subsystems.yml, exporter.yml and healer.yml");
  check->add_option("--dashboards", wanted.places.dashboards, "Folder of Grafana's dashboards");
  check->add_option("--alertmanager", wanted.places.alertmanager, "alertmanager.yml");
  check->add_option("--prometheus", wanted.places.prometheus, "prometheus.yml");
  check->add_option("--runbooks", wanted.places.runbooks, "Folder of <AlertName>.md");
  check->add_option(
      "--metrics", wanted.metrics,
      "Files with the output of \"salus-exporter --metrics.describe=json\" and of \"salus-healer "
      "--metrics.describe=json\"; default: run both");
  check->add_flag("--json", wanted.json, "Print JSON, for scripts");
  check->callback([&wanted, &url, &local] {
    local = [&wanted, &url] {
      wanted.healer_url = url;
      return healer::salusctl::check::check(wanted);
    };
  });
}

void add_explain(CLI::App& app, Explain& wanted, std::function<Output()>& local) {
  CLI::App* explain = app.add_subcommand("explain",
                                         "Show what the healer would do about an alert, guard by guard; "
                                         "exits with 1 if it would refuse the alert. Executes nothing");
  explain
      ->add_option("alert", wanted.alert_file,
                   "Body of Alertmanager's webhook, response of its GET /api/v2/alerts, or one alert of "
                   "either; -: standard input")
      ->required();
  explain->add_option("--config.file", wanted.config_file, "healer.yml")->capture_default_str();
  explain->add_option("--subsystems.file", wanted.subsystems_file,
                      "Default: subsystems.yml in the folder of healer.yml");
  explain->add_option("--journal", wanted.journal_file, "journal.db, for past actions; it is only read");
  explain->add_flag("--json", wanted.json, "Print JSON, for scripts");
  explain->callback([&wanted, &local] {
    local = [&wanted] {
      const base::SystemClock clock;
      return explain_alerts(wanted, clock);
    };
  });
}

void add_replay(CLI::App& app, ReplayJournal& wanted, std::function<Output()>& local) {
  CLI::App* replay = app.add_subcommand(
      "replay",
      "Repeat the decisions of a journal; exits with 1 at the first decision that differs. Executes nothing");
  replay->add_option("journal", wanted.journal_file, "journal.db; it is only read")->required();
  replay->add_option("--config.file", wanted.config_file, "healer.yml")->capture_default_str();
  replay->add_option("--subsystems.file", wanted.subsystems_file,
                     "Default: subsystems.yml in the folder of healer.yml");
  replay->add_flag("--json", wanted.json, "Print JSON, for scripts");
  replay->callback([&wanted, &local] {
    local = [&wanted] {
      const base::SystemClock clock;
      return replay_journal(wanted, clock);
    };
  });
}

void add_journal(CLI::App& app, VerifyJournal& wanted, std::function<Output()>& local) {
  CLI::App* journal = app.add_subcommand("journal", "Check the healer's journal");
  journal->require_subcommand(1);
  CLI::App* verify = journal->add_subcommand(
      "verify",
      "Read and verify the whole journal; exits with 1 and names the first bad record if it is damaged");
  verify->add_option("file", wanted.file, "journal.db; it is only read, and a healer may be using it")
      ->required();
  verify->add_flag("--json", wanted.json, "Print JSON, for scripts");
  verify->callback(
      [&wanted, &local] { local = [&wanted] { return healer::salusctl::verify_journal(wanted); }; });
}

// https://no-color.org
bool colour_wanted() {
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

void add_logs(CLI::App& app, LogsScan& wanted, std::function<Output()>& local) {
  CLI::App* logs = app.add_subcommand("logs", "Analyze log files");
  logs->require_subcommand(1);
  CLI::App* scan = logs->add_subcommand("scan", "Count events by level, and list patterns and new patterns");
  scan->add_option("files", wanted.files, "Log files; - or none: standard input");
  scan->add_option("--top", wanted.top, "Number of patterns to show")->capture_default_str();
  scan->add_option(
      "--since", wanted.since,
      "Patterns first seen since then are new: a time, or a duration before the last event, such "
      "as 24h. Default: the last tenth of the time");
  scan->add_option("--critical-per-hour", wanted.critical_per_hour,
                   "Show hours with at least this many critical events")
      ->capture_default_str();
  scan->add_option("--errors-per-hour", wanted.errors_per_hour, "Show hours with at least this many errors")
      ->capture_default_str();
  CLI::Option* json = scan->add_flag("--json", wanted.json, "Print JSON, with every pattern");
  scan->add_flag("--per-line", wanted.per_line, "Print level and pattern id for each line instead")
      ->excludes(json);
  scan->callback([&wanted, &local] {
    wanted.colour = colour_wanted();
    wanted.progress = ::isatty(STDERR_FILENO) == 1;
    local = [&wanted] {
      const base::SystemClock clock;
      return scan_logs(wanted, clock);
    };
  });
}

void add_report_incident(CLI::App& report, ReportIncident& wanted, std::function<Output()>& local) {
  CLI::App* incident = report.add_subcommand(
      "incident", "Write the report of an incident, as Markdown and HTML; needs no running healer");
  incident->add_option("incident", wanted.incident, "Incident id, such as INC-17")->required();
  incident->add_option("--out", wanted.out, "Output folder")->capture_default_str();
  incident->add_option("--stack", wanted.stack, "Name of the stack in the report")->capture_default_str();
  incident->add_option("--journal", wanted.journal, "The healer's journal.db")->capture_default_str();
  incident->add_option("--prometheus", wanted.prometheus, "URL of Prometheus; empty: not queried")
      ->capture_default_str();
  incident
      ->add_option("--exporter", wanted.exporter, "URL of salus-exporter, for log lines; empty: not queried")
      ->capture_default_str();
  incident->add_option("--subsystems", wanted.subsystems,
                       "subsystems.yml, for dependencies; default: not read");
  incident->add_option("--runbooks", wanted.runbooks,
                       "URL of the folder of <AlertName>.md; default: Salus's own runbooks");
  incident->callback([&wanted, &local] {
    local = [&wanted] {
      ::signal(SIGPIPE, SIG_IGN);
      const base::SystemClock clock;
      return healer::salusctl::report_incident(wanted, clock);
    };
  });
}

void add_report(CLI::App& app, ReportWeekly& wanted, ReportIncident& of_incident,
                std::function<Output()>& local) {
  CLI::App* report = app.add_subcommand("report", "Write a report now");
  report->require_subcommand(1);
  add_report_incident(*report, of_incident, local);
  CLI::App* weekly = report->add_subcommand(
      "weekly", "Write the weekly report, as Markdown and HTML; needs no running healer");
  weekly->add_option("--from", wanted.from, "Start of the window, RFC 3339; default: a week before its end");
  weekly->add_option("--to", wanted.to, "End of the window, RFC 3339; default: last Monday 04:00 UTC");
  weekly->add_option("--out", wanted.out, "Output folder")->capture_default_str();
  weekly->add_option("--stack", wanted.stack, "Name of the stack in the report")->capture_default_str();
  weekly->add_option("--prometheus", wanted.prometheus, "URL of Prometheus; empty: not queried")
      ->capture_default_str();
  weekly->add_option("--exporter", wanted.exporter,
                     "URL of salus-exporter, for log patterns; default: not queried");
  weekly->add_option("--journal", wanted.journal, "The healer's journal.db; default: not read");
  weekly->add_option("--runbooks", wanted.runbooks,
                     "URL of the folder of <AlertName>.md; default: Salus's own runbooks");
  weekly->add_option("--objective", wanted.objective, "Availability objective of a service, in percent")
      ->check(CLI::Range(50.0, 99.9999))
      ->capture_default_str();
  weekly->callback([&wanted, &local] {
    local = [&wanted] {
      ::signal(SIGPIPE, SIG_IGN);
      const base::SystemClock clock;
      return healer::salusctl::report_weekly(wanted, clock);
    };
  });
}

}  // namespace

int main(int argc, char** argv) {
  Command command;
  command.operator_name = user_name();
  CLI::App app("Query and control salus-healer.", "salusctl");
  app.set_version_flag("--version", fmt::format("salusctl, version {}", base::version()));
  app.add_option("--url", command.url, "URL of the healer")->envname("SALUS_URL")->capture_default_str();
  app.add_option("--token-file", command.token_file,
                 "File with the healer's token; required by commands that change something")
      ->envname("SALUS_TOKEN_FILE");
  app.add_option("--ca-file", command.ca_file,
                 "CA certificate of the healer's HTTPS server; default: the system's")
      ->envname("SALUS_CA_FILE");
  app.require_subcommand(1);
  app.fallthrough();
  bool version = false;
  app.add_subcommand("version", "Print the version")->callback([&version] { version = true; });
  add_commands(app, command);
  CreateManifest manifest;
  std::function<Output()> local;
  add_manifest(app, manifest, local);
  Explain explain;
  add_explain(app, explain, local);
  ReplayJournal replay;
  add_replay(app, replay, local);
  VerifyJournal journal;
  add_journal(app, journal, local);
  CheckCommand check;
  add_check(app, check, command.url, local);
  LogsScan scan;
  add_logs(app, scan, local);
  ReportWeekly report;
  ReportIncident report_of_incident;
  add_report(app, report, report_of_incident, local);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (version) {
    fmt::print("salusctl, version {}\n", base::version());
    return 0;
  }
  // A closed connection must be reported as an error and not end the process.
  if (!local) ::signal(SIGPIPE, SIG_IGN);
  // Beside a JSON document, standard output has nothing else.
  command.show = [to = command.json ? stderr : stdout](const std::string& line) {
    std::fputs(line.c_str(), to);
    std::fflush(to);
  };
  const base::SystemClock clock;
  const Output output = local ? local() : healer::salusctl::run(command, clock);
  std::fputs(output.out.c_str(), stdout);
  std::fputs(output.err.c_str(), stderr);
  return output.code;
}
