#include "healer/setup/setup.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "healer/actions/maintenance/validation/config.h"
#include "healer/actions/table.h"
#include "healer/config/read/http_config.h"
#include "healer/config/read/playbook_files.h"
#include "healer/config/read/policy_node.h"
#include "healer/config/read/rulers_node.h"
#include "healer/config/read/server_node.h"
#include "healer/notify/config.h"
#include "healer/setup/playbook_node.h"

namespace healer {
namespace {

using base::yaml::Node;

void read_playbooks(const std::vector<PlaybookNode>& nodes, const std::filesystem::path& folder,
                    const actions::World& world, Setup& setup) {
  std::map<std::string, std::string> names;  // where each was seen first
  std::map<std::string, std::string> tasks;
  for (const auto& [file, item] : nodes) {
    std::vector<std::unique_ptr<actions::Action>> compiled;
    Playbook playbook = read_playbook(item, world, compiled);
    const std::string here = fmt::format("{}:{}", file, item.line());
    if (const auto [first, is_new] = names.try_emplace(playbook.name, here);
        !is_new && !playbook.name.empty()) {
      item.optional("name").problem(
          fmt::format("there is a playbook \"{}\" already, at {}", playbook.name, first->second));
    }
    if (const auto [first, is_new] = tasks.try_emplace(playbook.task, here);
        !is_new && !playbook.task.empty()) {
      item.optional("task").problem(
          fmt::format("there is a playbook of task \"{}\" already, at {}", playbook.task, first->second));
    }
    if (playbook.verify.direct) resolve_paths(folder, playbook.verify.direct->http);
    setup.actions[playbook.name] = std::move(compiled);
    setup.config.playbooks.push_back(std::move(playbook));
  }
}

// What a failed check requests must be possible: its playbook accepts ValidationFailed and acts on
// containers.
void check_heal(const Node& validation, const Config& config) {
  for (const auto* commands : {&config.validation.modules, &config.validation.smoke}) {
    const Node list = validation.optional(commands == &config.validation.modules ? "modules" : "smoke");
    for (const CommandCheck& check : *commands) {
      if (check.heal.empty()) continue;
      const Playbook* playbook = find_playbook(config, check.heal);
      if (playbook == nullptr) {
        list.problem(fmt::format("{}: there is no playbook \"{}\"", check.name, check.heal));
      } else if (playbook->acts_on != kContainer ||
                 std::ranges::find(playbook->accepts, "ValidationFailed") == playbook->accepts.end()) {
        list.problem(fmt::format("{}: playbook {} must act on containers and accept ValidationFailed",
                                 check.name, check.heal));
      }
      if (!config.inventory.has_container(check.container))
        list.problem(fmt::format("{}: container \"{}\" is not declared", check.name, check.container));
    }
  }
}

// Settings for all playbooks are copied into their rungs, so that no other code needs them.
void read_switches(const Node& root, Force force, Config& config) {
  const bool dry_run = root.optional("dry_run").boolean(false) || force == Force::kDryRun;
  const bool auto_restart = root.optional("auto_restart").boolean(true);
  const bool auto_pause = root.optional("auto_pause").boolean(true);
  config.undo.rungs.front().dry_run = dry_run;
  for (Playbook& playbook : config.playbooks) {
    for (Rung& rung : playbook.rungs) {
      using enum actions::Info::Switch;
      const auto by = actions::info(rung.action).automatic_by;
      rung.dry_run = rung.dry_run || dry_run;
      rung.automatic =
          rung.automatic && (by != kAutoRestart || auto_restart) && (by != kAutoPause || auto_pause);
    }
  }
}

JournalConfig read_journal(const Node& node) {
  JournalConfig journal;
  if (!node.present()) return journal;
  node.only({"retention"});
  journal.retention = node.optional("retention")
                          .duration(journal.retention, std::chrono::seconds(1), std::chrono::years(100));
  return journal;
}

std::vector<std::string> read_receivers(const Node& node) {
  const std::vector<std::string> names = node.strings();
  if (node.is_list() && names.empty()) node.problem("is empty: the healer would handle no alert");
  if (std::ranges::find(names, "") != names.end()) node.problem("a receiver name must not be empty");
  return names;
}

// The texts and how to read them.
struct Source {
  std::string file;
  std::filesystem::path folder;  // that relative paths are taken from; empty: they stay
  Force force = Force::kNothing;
};

std::shared_ptr<Setup> read(const Node& root, const Node& subsystems, const Source& source,
                            const base::Clock& clock, base::yaml::Problems& problems) {
  const auto& [file, folder, force] = source;
  auto setup = std::make_shared<Setup>();
  setup->force = force;
  Config& config = setup->config;
  config.inventory = base::read_inventory(subsystems);
  if (!root.is_map()) {
    if (root.present()) root.problem("must be a map");
    return setup;
  }
  root.only({"stack",
             "alertmanager_url",
             "alertmanager_receivers",
             "prometheus_url",
             "exporter_url",
             "exporter_job",
             "alertmanager_http_config",
             "prometheus_http_config",
             "exporter_http_config",
             "token_file",
             "data_dir",
             "journal",
             "rulers",
             "heartbeat",
             "report_file",
             "reconcile_interval",
             "docker_host",
             "action_workers",
             "policy",
             "trading",
             "validation",
             "guards",
             "playbooks",
             "playbook_files",
             "notifiers",
             "notifications",
             "templates",
             "reports",
             "external_url",
             "approval_key_file",
             "dry_run",
             "auto_restart",
             "auto_pause"});
  config.stack = root.optional("stack").string(config.stack);
  config.alertmanager_url = read_url(root.required("alertmanager_url"));
  if (const Node receivers = root.optional("alertmanager_receivers"); receivers.present())
    config.alertmanager_receivers = read_receivers(receivers);
  config.prometheus_url = read_url(root.required("prometheus_url"));
  config.exporter_url = read_url(root.required("exporter_url"));
  config.alertmanager_http = read_http_config(root.optional("alertmanager_http_config"));
  config.prometheus_http = read_http_config(root.optional("prometheus_http_config"));
  config.exporter_http = read_http_config(root.optional("exporter_http_config"));
  config.rulers = policy::read_rulers(root.optional("rulers"), config);
  config.heartbeat = policy::read_heartbeat(root.optional("heartbeat"));
  config.exporter_job = root.optional("exporter_job").string(config.exporter_job);
  config.token_file = root.required("token_file").non_empty_string();
  config.data_dir = root.required("data_dir").non_empty_string();
  config.journal = read_journal(root.optional("journal"));
  config.report_file = root.optional("report_file").string(config.data_dir + "/self_healing_report.json");
  config.reconcile_interval =
      root.optional("reconcile_interval")
          .duration(config.reconcile_interval, std::chrono::seconds(1), std::chrono::hours(1));
  config.docker_host = read_docker_host(root.optional("docker_host"), config.docker_host);
  config.action_workers =
      static_cast<int>(root.optional("action_workers").integer(config.action_workers, 1, 64));
  if (const Node url = root.optional("external_url"); url.present()) config.external_url = read_url(url);
  config.approval_key_file = root.optional("approval_key_file").string();
  config.policy = policy::read_policy(root.optional("policy"));
  config.trading = read_trading(root.optional("trading"));
  resolve_paths(folder, config.trading.http);
  config.guards = read_guards(root.optional("guards"));
  setup->docker = std::make_unique<base::docker::Engine>(config.docker_host);
  base::http::ClientOptions prometheus_http = config.prometheus_http;
  resolve_paths(folder, prometheus_http);
  setup->prometheus = std::make_unique<checks::Prometheus>(config.prometheus_url, std::move(prometheus_http));
  config.validation = validation::read_validation(root.optional("validation"));
  const actions::World world{*setup->docker, clock, &config.trading, &config, setup->prometheus.get()};
  read_playbooks(playbook_nodes(root, file, folder, problems), folder, world, *setup);
  check_heal(root.optional("validation"), config);
  read_switches(root, force, config);
  config.notifiers = read_notifiers(root.optional("notifiers"));
  config.notifications = read_notifications(root.optional("notifications"));
  config.notifications.templates = read_templates(root.optional("templates"));
  config.reports = reports::read_reports(root.optional("reports"));
  return setup;
}

void resolve_paths(const std::filesystem::path& folder, std::string& path) {
  if (!path.empty()) path = (folder / path).lexically_normal().string();  // an absolute path stays what it is
}

}  // namespace

actions::Action* Setup::action(std::string_view playbook, std::size_t rung) const {
  const auto found = actions.find(playbook);
  return found == actions.end() || rung >= found->second.size() ? nullptr : found->second[rung].get();
}

std::shared_ptr<const Setup> read_setup(const std::string& config_file, const std::string& subsystems_file,
                                        const base::Clock& clock, base::yaml::Problems& problems,
                                        Force force) {
  const Node subsystems = base::yaml::load(subsystems_file, problems);
  const auto folder = std::filesystem::absolute(config_file).parent_path();
  auto setup = read(base::yaml::load(config_file, problems), subsystems, {config_file, folder, force}, clock,
                    problems);
  resolve_paths(folder, setup->config.token_file);
  resolve_paths(folder, setup->config.alertmanager_http);
  resolve_paths(folder, setup->config.prometheus_http);
  resolve_paths(folder, setup->config.exporter_http);
  for (RulerConfig& ruler : setup->config.rulers) resolve_paths(folder, ruler.http);
  resolve_paths(folder, setup->config.data_dir);
  resolve_paths(folder, setup->config.approval_key_file);
  resolve_paths(folder, setup->config.report_file);
  policy::resolve_paths(folder, setup->config.policy);
  for (NotifierConfig& notifier : setup->config.notifiers) {
    for (std::string* path : {&notifier.url_file, &notifier.hmac_file, &notifier.credentials_file,
                              &notifier.ca_file, &notifier.password_file}) {
      resolve_paths(folder, *path);
    }
  }
  resolve_paths(folder, setup->config.reports.folder);
  for (NotifierConfig& notifier : setup->config.notifiers) resolve_paths(folder, notifier.url_file);
  return setup;
}

std::shared_ptr<const Setup> parse_setup(std::string_view config, std::string_view subsystems,
                                         const base::Clock& clock, base::yaml::Problems& problems) {
  const Node inventory = base::yaml::parse(subsystems, "subsystems.yml", problems);
  return read(base::yaml::parse(config, "healer.yml", problems), inventory, {"healer.yml", {}}, clock,
              problems);
}

}  // namespace healer
