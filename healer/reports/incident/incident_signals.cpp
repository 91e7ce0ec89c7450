// Collects evidence for possible causes around the start of an incident.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "healer/reports/incident/incident_context.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kSameTime = 5min;  // before the start: problems within this time are possible causes
constexpr base::Duration kKilled = 15min;   // the same for restarts and OOM kills
constexpr base::Duration kDeployed = 24h;
constexpr std::size_t kMost = 5;   // of each kind
constexpr int kKilledCode = 137;   // 128 + SIGKILL
constexpr int kStoppedCode = 143;  // 128 + SIGTERM

constexpr base::Duration kShown = 10min;  // before the start
constexpr base::Duration kLongest = 24h;

// All direct and indirect dependencies of the incident's subsystems.
std::set<std::string> dependencies_of(const IncidentContext& context) {
  const base::Inventory& inventory = context.inventory();
  std::vector<std::string> todo;
  for (const auto& each : inventory.subsystems) {
    if (each.name == context.subsystem() ||
        (!context.container().empty() && each.container == context.container()))
      todo.push_back(each.name);
  }
  const std::set<std::string> own(todo.begin(), todo.end());
  std::set<std::string> found;
  while (!todo.empty()) {
    const auto* each = inventory.find(todo.back());
    todo.pop_back();
    if (each == nullptr) continue;
    for (const std::string& on : each->depends_on) {
      if (!own.contains(on) && found.insert(on).second) todo.push_back(on);
    }
  }
  return found;
}

// The containers of the given subsystems, without the incident's own container.
std::set<std::string> containers_of(const std::set<std::string>& names, const IncidentContext& context) {
  std::set<std::string> containers;
  for (const std::string& name : names) {
    const auto* each = context.inventory().find(name);
    if (each != nullptr && !each->container.empty() && each->container != context.container())
      containers.insert(each->container);
  }
  return containers;
}

// Names are declared; their only special character in a regular expression is the dot.
std::string running(const std::set<std::string>& containers) {
  return fmt::format("salus_container_running{{container=~\"{}\"}}", fmt::join(containers, "|"));
}

class Search {
 public:
  Search(IncidentContext& context, base::WallTime began) : context_(context), began_(began) {}

  Signals run() {
    clues_.container = context_.container();
    if (!context_.container().empty()) {
      look_at_restarts();
      look_at_kills();
      look_at_exit_code();
      look_at_images();
    }
    look_at_dependencies();
    look_at_alerts();
    return std::move(clues_);
  }

 private:
  Window around(base::Duration before) const {
    return {began_ - before, std::min(context_.facts().end(), began_ + 1h) + 1s};
  }

  void look_at_restarts() {
    const std::string selector =
        fmt::format("salus_container_restarts_total{{container={}}}", quoted(context_.container()));
    std::size_t listed = 0;
    for (const auto& [labels, values] : context_.raw("restarts", selector, around(kKilled))) {
      for (std::size_t i = 1; i < values.size() && listed < 2 * kMost; ++i) {
        if (values[i].value <= values[i - 1].value) continue;
        ++listed;
        context_.facts().events.push_back(
            {values[i].at, context_.container() + " was restarted", "Prometheus", selector});
      }
    }
  }

  void look_at_kills() {
    const std::string selector =
        fmt::format("salus_container_oom_kills_total{{container={}}}", quoted(context_.container()));
    for (const auto& [labels, values] : context_.raw("OOM kills", selector, around(kKilled))) {
      for (std::size_t i = 1; i < values.size() && clues_.oom_kills.size() < kMost; ++i) {
        if (values[i].value > values[i - 1].value) clues_.oom_kills.push_back(values[i].at);
      }
    }
  }

  void look_at_exit_code() {
    const std::string selector =
        fmt::format("salus_container_exit_code{{container={}}}", quoted(context_.container()));
    for (const auto& [labels, values] : context_.raw("exit code", selector, around(1min))) {
      const auto distance = usual_distance(values);
      std::optional<Sample> before;
      for (const Sample& each : values) {
        // The code is absent while the container runs: after a gap, or with another value, a run has ended.
        const bool ended = !before || each.value != before->value ||
                           (distance && each.at - before->at > longest_gap(*distance));
        before = each;
        if (ended) take_exit_code(each);
      }
    }
  }

  void take_exit_code(const Sample& seen) {
    const int code = static_cast<int>(seen.value);
    const bool by_healer = std::ranges::any_of(context_.facts().acts, [&](const ActFact& act) {
      const base::WallTime until = act.ended_at.value_or(context_.facts().end());
      // Seen while an action ran, or a signal just after it: the container was stopped.
      return seen.at >= act.at &&
             (seen.at <= until || ((code == kKilledCode || code == kStoppedCode) && seen.at <= until + 1min));
    });
    if (by_healer) {
      if (clues_.stopped_code) return;
      clues_.stopped_code = code;
      clues_.stopped_code_at = seen.at;
      return;
    }
    // Of several, the first error explains most.
    if (clues_.exit_code && (*clues_.exit_code != 0 || code == 0)) return;
    clues_.exit_code = code;
    clues_.exit_code_at = seen.at;
  }

  void look_at_images() {
    const std::string selector =
        fmt::format("salus_container_info{{container={}}}", quoted(context_.container()));
    struct Seen {
      base::WallTime from, to;
      std::string image, id;
    };
    std::vector<Seen> all;
    for (const auto& [labels, values] :
         context_.raw("image", selector, {began_ - kDeployed, began_ + 1min})) {
      if (values.empty()) continue;
      all.push_back({values.front().at, values.back().at, std::string(label(labels, "image")),
                     std::string(label(labels, "id"))});
    }
    std::ranges::sort(all, {}, &Seen::from);
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (all[i].image == all[i - 1].image && all[i].id == all[i - 1].id) continue;
      clues_.changes.push_back({all[i].from, all[i - 1].image, all[i].image});
    }
    if (clues_.changes.size() > kMost)
      clues_.changes.erase(clues_.changes.begin(), clues_.changes.end() - kMost);
  }

  void look_for_down(const std::string& selector, const std::string& name_label,
                     const std::set<std::string>& wanted) {
    const Window then{began_ - kSameTime, began_ + 30s};
    for (const auto& [labels, values] : context_.raw("dependencies", selector, then)) {
      const std::string name(label(labels, name_label));
      if (!wanted.contains(name)) continue;
      const auto bad = std::ranges::find_if(values, [](const Sample& each) { return each.value < 1; });
      if (bad != values.end() && clues_.dependencies.size() < kMost)
        clues_.dependencies.push_back({name, bad->at});
    }
  }

  void look_at_dependencies() {
    const std::set<std::string> names = dependencies_of(context_);
    if (names.empty()) return;
    look_for_down(fmt::format("subsystem:salus_available:bool{{subsystem=~\"{}\"}}", fmt::join(names, "|")),
                  "subsystem", names);
    const std::set<std::string> containers = containers_of(names, context_);
    if (!containers.empty()) look_for_down(running(containers), "container", containers);
  }

  void look_at_alerts() {
    const Window then{began_ - kSameTime, began_ + 1min};
    std::set<std::string> own;
    for (const AlertFact& each : context_.facts().alerts)
      own.insert(std::string(each.alert.label("alertname")));
    for (const auto& [labels, values] : context_.raw("other alerts", "ALERTS{alertstate=\"firing\"}", then)) {
      const std::string name(label(labels, "alertname"));
      // Ignore alerts of due tasks, and the Watchdog, which always fires.
      if (values.empty() || own.contains(name) || name == "Watchdog" || labels.contains("task")) continue;
      if (clues_.alerts.size() == kMost) break;
      std::string where;
      for (const char* what : {"container", "subsystem", "source", "mountpoint"}) {
        if (where.empty() && labels.contains(what)) where = fmt::format("{} {}", what, label(labels, what));
      }
      clues_.alerts.push_back({name, where, values.front().at});
    }
  }

  IncidentContext& context_;
  base::WallTime began_;
  Signals clues_;
};

}  // namespace

void find_services(IncidentContext& context, base::WallTime began) {
  std::set<std::string> containers = containers_of(dependencies_of(context), context);
  if (!context.container().empty()) containers.insert(context.container());
  if (containers.empty()) return;
  const Window window{began - kShown, std::min(context.facts().end(), began + kLongest)};
  Timeline& services = context.report().services;
  services = {.title = "Up and down around the incident", .window = window, .rows = {}};
  for (const auto& [labels, values] : context.raw("up and down", running(containers), window)) {
    const auto distance = usual_distance(values);
    const std::string name(label(labels, "container"));
    if (distance && containers.contains(name))
      services.rows.push_back({name, intervals_of(values, window, longest_gap(*distance))});
  }
}

Signals find_signals(IncidentContext& context, base::WallTime began) { return Search(context, began).run(); }

}  // namespace healer::reports
