#include "salusctl/check/inputs/configured.h"

#include <algorithm>
#include <filesystem>

#include "healer/config/read/playbook_files.h"

namespace healer::salusctl::check {
namespace {

using base::yaml::Node;

// A child that is not a list is ignored here; the program itself reports it as an error.
std::vector<Node> list_of(const Node& node) {
  return node.present() && node.is_list() ? node.items() : std::vector<Node>{};
}

Node child(const Node& node, std::string_view key) { return node.is_map() ? node.optional(key) : node; }

std::string word(const Node& node) { return node.present() && node.is_scalar() ? node.string() : ""; }

DeclaredPlaybook read_playbook(const Node& node, const std::string& file) {
  DeclaredPlaybook playbook;
  playbook.name = word(node.optional("name"));
  playbook.file = file;
  playbook.line = node.line();
  for (const Node& alert : list_of(node.optional("accepts"))) {
    playbook.accepts.push_back({"accepts", word(alert), alert.line()});
  }
  const Node verify = node.optional("verify");
  const Node healthy = verify.is_map() ? verify.optional("healthy") : verify;
  playbook.healthy = {.file = file,
                      .line = healthy.present() ? healthy.line() : node.line(),
                      .block = false,
                      .asker = "verify.healthy of playbook " + playbook.name,
                      .expr = word(healthy),
                      .names = {}};
  playbook.healthy.names = promql_names(playbook.healthy.expr);
  return playbook;
}

void read_healer(const Node& root, const std::string& file, base::yaml::Problems& problems,
                 Configured& configured) {
  configured.healer_file = file;
  if (!root.is_map()) return;
  configured.token_file = word(root.optional("token_file"));
  if (const Node receivers = root.optional("alertmanager_receivers"); receivers.is_list()) {
    for (const Node& receiver : receivers.items()) configured.receivers.insert(word(receiver));
  }
  if (const Node job = root.optional("exporter_job"); job.present()) {
    configured.exporter_job = word(job);
    configured.exporter_job_line = job.line();
  }
  LabelValues& playbooks = configured.values["playbook"];
  playbooks.where = file;
  // Playbook names that no configuration declares: the one for an unknown playbook, and the one for undo.
  playbooks.known = {"unknown", "undo"};
  LabelValues& tasks = configured.values["task"];
  tasks.where = file;
  for (const auto& [where, node] :
       playbook_nodes(root, file, std::filesystem::path(file).parent_path(), problems)) {
    if (!node.is_map()) continue;
    configured.playbooks.push_back(read_playbook(node, where));
    playbooks.known.insert(configured.playbooks.back().name);
    if (const auto task = word(node.optional("task")); !task.empty()) tasks.known.insert(task);
  }
}

void read_probes(const Node& collector, LabelValues& probes) {
  for (const Node& probe : list_of(child(collector, "probes"))) {
    if (const std::string name = probe.is_map() ? word(probe.optional("name")) : word(probe); !name.empty()) {
      probes.known.insert(name);
    }
  }
}

void read_log_sources(const Node& collector, const base::Inventory& inventory, LabelValues& sources) {
  for (const Node& file : list_of(child(collector, "files"))) {
    if (file.is_map()) sources.known.insert(word(file.optional("source")));
  }
  const Node containers = child(collector, "containers");
  if (!containers.present()) return;
  sources.open = true;  // every container, or those that match a pattern
  for (const std::string& name : inventory.containers()) sources.known.insert(name);
}

void read_exporter(const Node& root, const std::string& file, Configured& configured) {
  if (!root.is_map()) return;
  const Node collectors = root.optional("collectors");
  if (!collectors.present() || !collectors.is_map()) return;
  LabelValues& probes = configured.values["probe"];
  LabelValues& sources = configured.values["source"];
  probes.where = sources.where = file;
  read_probes(collectors.optional("probes"), probes);
  read_log_sources(collectors.optional("logs"), configured.inventory, sources);
  const Node containers = collectors.optional("containers");
  if (const Node all = child(containers, "all"); containers.is_map() && word(all) == "true") {
    configured.values["container"].open = true;
  }
}

}  // namespace

const DeclaredPlaybook* Configured::playbook(std::string_view name) const {
  const auto found = std::ranges::find(playbooks, name, &DeclaredPlaybook::name);
  return found == playbooks.end() ? nullptr : &*found;
}

Configured read_configured(const std::string& subsystems_file, const std::string& exporter_file,
                           const std::string& healer_file, base::yaml::Problems& problems) {
  Configured configured;
  const auto exists = [](const std::string& file) { return std::filesystem::exists(file); };
  if (exists(subsystems_file)) {
    configured.inventory = base::read_inventory(base::yaml::load(subsystems_file, problems));
    LabelValues& subsystems = configured.values["subsystem"];
    LabelValues& containers = configured.values["container"];
    subsystems.where = containers.where = subsystems_file;
    for (const base::Subsystem& subsystem : configured.inventory.subsystems)
      subsystems.known.insert(subsystem.name);
    for (const std::string& name : configured.inventory.containers()) containers.known.insert(name);
  }
  if (exists(exporter_file))
    read_exporter(base::yaml::load(exporter_file, problems), exporter_file, configured);
  if (exists(healer_file))
    read_healer(base::yaml::load(healer_file, problems), healer_file, problems, configured);
  return configured;
}

}  // namespace healer::salusctl::check
