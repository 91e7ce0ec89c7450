// Finds the start of an incident: the first bad sample, and the first sample of its alerts.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "healer/reports/data/gather.h"
#include "healer/reports/incident/incident_context.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr base::Duration kBack = 1h;  // before the alert's start: the range that is searched
// A run of bad samples that ended at most this long before the alert's start belongs to it.
constexpr base::Duration kStillBad = 5min;
// A state that was updated within this time before the alert had not stopped.
constexpr base::Duration kAlive = 30s;
constexpr std::size_t kMostAlerts = 5;

class Beginning {
 public:
  explicit Beginning(IncidentContext& context) : context_(context) {}

  void run() {
    if (context_.facts().alerts.empty()) {
      context_.report().first_bad =
          Known<base::WallTime>::unknown("an operator requested it; there was no alert");
      return;
    }
    if (!context_.container().empty()) {
      look_for_bad(fmt::format("salus_container_running{{container={}}}", quoted(context_.container())),
                   context_.container() + " was seen not running", [](double value) { return value < 1; });
      look_for_bad(fmt::format("salus_container_health{{container={},health=\"unhealthy\"}}",
                               quoted(context_.container())),
                   context_.container() + " was seen unhealthy", [](double value) { return value >= 1; });
    }
    if (const std::string name = context_.subsystem(); !name.empty()) {
      look_for_bad(fmt::format("subsystem:salus_available:bool{{subsystem={}}}", quoted(name)),
                   name + " was seen unavailable", [](double value) { return value < 1; });
    }
    if (const std::string name = context_.subsystem(); !name.empty()) look_for_last_update(name);
    if (context_.facts().breach && !context_.container().empty()) look_for_events(context_.container());
    for (std::size_t i = 0; i < std::min(kMostAlerts, context_.facts().alerts.size()); ++i)
      look_for_alert(context_.facts().alerts[i].alert);
    if (context_.report().first_bad) return;
    if (rule_saw_) {
      context_.report().first_bad = rule_saw_->first;
      context_.report().first_bad_in = rule_saw_->second;
    } else if (context_.trouble()) {
      context_.report().first_bad = Known<base::WallTime>::unknown(
          fmt::format("Prometheus could not be queried ({})", *context_.trouble()));
    } else {
      context_.report().first_bad =
          Known<base::WallTime>::unknown("Prometheus has no bad sample from before the alert");
    }
  }

 private:
  Window window() const { return {context_.facts().began_at - kBack, context_.facts().began_at + 1min}; }

  void found_bad(base::WallTime at, const std::string& what, const std::string& query,
                 const char* is = "the first bad sample") {
    context_.facts().events.push_back({at, what, "Prometheus", query});
    if (context_.report().first_bad && *context_.report().first_bad <= at) return;
    context_.report().first_bad = at;
    context_.report().first_bad_is = is;
    context_.report().first_bad_in = query;
  }

  // A state that stopped being updated was bad since its last update, long before a rule's threshold.
  void look_for_last_update(const std::string& subsystem) {
    const std::string selector =
        fmt::format("salus_subsystem_last_update_timestamp_seconds{{subsystem={}}}", quoted(subsystem));
    const base::WallTime began = context_.facts().began_at;
    for (const auto& [labels, values] : context_.raw("the last update", selector, window())) {
      std::vector<Sample> updates;  // at the time of each
      for (const Sample& each : values) {
        if (each.at > began || !(each.value > 0)) continue;
        const Sample update{base::from_unix_seconds(each.value), each.value};
        if (updates.empty() || update.at > updates.back().at) updates.push_back(update);
      }
      if (updates.empty()) continue;
      const auto distance = usual_distance(updates);
      const base::Duration usual = distance ? longest_gap(*distance) : kStillBad;
      if (began - updates.back().at <= std::max<base::Duration>(usual, kAlive)) continue;
      found_bad(updates.back().at, subsystem + " last updated its state", selector, "its last update");
    }
  }

  // Finds the start of the run of bad samples that reaches the alert's start.
  void look_for_bad(const std::string& selector, const std::string& what,
                    const std::function<bool(double)>& bad) {
    for (const auto& [labels, values] : context_.raw("the first bad sample", selector, window())) {
      std::optional<base::WallTime> from;
      std::optional<base::WallTime> run;
      for (const Sample& each : values) {
        if (each.at > context_.facts().began_at) break;  // perhaps the healer's own action
        if (!bad(each.value)) {
          from.reset();
        } else {
          if (!from) from = each.at;
          if (each.at >= context_.facts().began_at - kStillBad) run = from;
        }
      }
      if (run) found_bad(*run, what, selector);
    }
  }

  void look_for_events(const std::string& source) {
    const std::string selector =
        fmt::format("salus_log_events_total{{source={},level=~\"critical|error\"}}", quoted(source));
    for (const auto& [labels, values] : context_.raw("the first event of the hour", selector, window())) {
      for (std::size_t i = 1; i < values.size(); ++i) {
        if (growth_of_counter(std::span(values).subspan(i - 1, 2)) == 0) continue;
        found_bad(values[i].at,
                  fmt::format("the first {} event of that hour was counted", label(labels, "level")),
                  selector);
        break;
      }
    }
  }

  void look_for_alert(const Alert& alert) {
    std::string selector = fmt::format("ALERTS{{alertname={}", quoted(alert.label("alertname")));
    for (const char* name : {"container", "subsystem", "source", "mountpoint", "probe"}) {
      if (const auto value = alert.label(name); !value.empty())
        selector += fmt::format(",{}={}", name, quoted(value));
    }
    selector += "}";
    std::vector<base::WallTime> times;
    for (const auto& [labels, values] : context_.raw("the first sample of its alert", selector, window())) {
      for (const Sample& each : values) times.push_back(each.at);
    }
    std::ranges::sort(times);
    if (times.empty()) return;
    base::WallTime from = times.back();
    for (auto at = times.rbegin(); at != times.rend() && from - *at <= 3min; ++at) from = *at;
    const std::string what =
        fmt::format("the rule of {} matched for the first time", alert.label("alertname"));
    context_.facts().events.push_back({from, what, "Prometheus", selector});
    if (!rule_saw_ || from < rule_saw_->first) rule_saw_ = {from, selector};
  }

  IncidentContext& context_;
  std::optional<std::pair<base::WallTime, std::string>> rule_saw_;
};

}  // namespace

void find_beginning(IncidentContext& context) { Beginning(context).run(); }

}  // namespace healer::reports
