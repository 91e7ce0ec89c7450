#include "healer/reports/weekly/advice.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "healer/reports/data/gather.h"
#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

using List = std::vector<Advice>;

// A longer `for` would delay the protection of an alert that tightens the trading policy.
std::string_view against_flaps(const AlertLine& alert) {
  return alert.policy ? "Set `keep_firing_for`" : "Increase `for` or set `keep_firing_for`";
}

void of_incidents(const Weekly& weekly, List& list) {
  if (!weekly.healing) return;
  for (const auto& outage : outages_of(weekly.healing->incidents, weekly.services)) {
    std::vector<std::string> open;
    const IncidentLine* last = nullptr;
    for (const IncidentLine* incident : outage) {
      if (incident->state != "exhausted") continue;
      open.push_back(incident->id);
      last = incident;
    }
    if (last == nullptr) continue;
    list.push_back(
        {1000,
         fmt::format("{} {} an operator: playbook {} could not heal {}. Investigate, then release {}.",
                     fmt::join(open, ", "), open.size() == 1 ? "requires" : "require", last->playbook,
                     last->target, open.size() == 1 ? "it" : "them"),
         "HealingExhausted"});
  }
  for (const ApprovalLine& each : weekly.healing->approvals) {
    list.push_back(
        {950,
         fmt::format("{} waits for an approval since {}: {}. Approve or reject it.", each.id,
                     utc(std::chrono::floor<std::chrono::seconds>(each.asked_at)), each.description),
         ""});
  }
  for (const TaskLine& each : weekly.healing->tasks) {
    if (!each.failing) continue;
    list.push_back({440,
                    fmt::format("The last run of task {} failed{}. Fix its cause.", each.name,
                                each.detail.empty() ? "" : ": " + each.detail),
                    "TaskFailing"});
  }
}

void of_services(const Weekly& weekly, List& list) {
  if (!weekly.services) return;
  std::vector<const Service*> named;
  for (const Service& service : *weekly.services) {
    if (service.availability.outages.empty()) continue;
    const bool critical = service.trading == "critical";
    // A subsystem goes down with its container: advise only once.
    const auto same = [&](const Service& other) {
      return (!other.container.empty() && other.container == service.container) ||
             (other.availability.outages.front().from == service.availability.outages.front().from &&
              other.availability.down == service.availability.down);
    };
    if (std::ranges::any_of(named, [&](const Service* other) { return same(*other); })) continue;
    const double spent = service.budget.spent;
    if (spent < 1 && !critical) continue;
    named.push_back(&service);
    const int weight = (critical ? 500 : 200) + static_cast<int>(std::min(spent, 40.0) * 5);
    list.push_back(
        {weight,
         fmt::format("{} was down for {} in {}, {} of its error budget. {}", service.name,
                     spoken(service.availability.down), count(service.availability.outages.size(), "outage"),
                     percent(spent),
                     service.availability.outages.size() == 1 ? "Find its cause."
                                                              : "Look for a common cause of the outages."),
         "ObjectiveBurns"});
  }
}

void of_validation(const Weekly& weekly, List& list) {
  if (!weekly.validation) return;
  for (const auto& phase : weekly.validation->phases) {
    if (!phase.passed)
      list.push_back(
          {450, fmt::format("Validation of {} failed: {}.", phase.name, phase.detail), "FileMissing"});
  }
}

void of_capacity(const Weekly& weekly, List& list) {
  const Capacity& capacity = weekly.capacity;
  if (capacity.disks) {
    for (const DiskLine& disk : *capacity.disks) {
      if (!disk.days_to_full || *disk.days_to_full >= 28) continue;
      list.push_back({*disk.days_to_full < 7 ? 700 : 350,
                      fmt::format("{} will be full in {} days. Free or add space.", disk.mountpoint,
                                  compact(std::floor(*disk.days_to_full))),
                      "DiskWillFill"});
    }
  }
  if (capacity.memory) {
    for (const MemoryLine& each : *capacity.memory) {
      if (!each.leaks || !each.per_day) continue;
      list.push_back(
          {400,
           fmt::format("The memory of {} grows by {} a day and is never released. Look for a leak.",
                       each.container, bytes(*each.per_day)),
           "MemoryLeak"});
    }
  }
  if (capacity.certificates) {
    for (const CertificateLine& each : *capacity.certificates) {
      const base::Duration left = each.expires - weekly.window.to;
      if (left >= std::chrono::days(21)) continue;
      list.push_back(
          {left < std::chrono::days(7) ? 800 : 380,
           fmt::format("The certificate of {} expires on {}. Renew it.", each.probe, utc_date(each.expires)),
           "CertificateExpires"});
    }
  }
}

void of_regressions(const Weekly& weekly, List& list) {
  if (weekly.regressions.latency) {
    for (const LatencyChange& each : *weekly.regressions.latency) {
      if (each.change.verdict != Verdict::kWorse) continue;
      list.push_back({300,
                      fmt::format("{} takes {}; the week before, it took {}. Find what changed.", each.probe,
                                  seconds(*each.change.now), seconds(*each.change.before)),
                      "ProbeSlower"});
    }
  }
  if (weekly.regressions.errors) {
    for (const RateChange& each : *weekly.regressions.errors) {
      if (each.change.verdict != Verdict::kWorse) continue;
      list.push_back(
          {320,
           fmt::format("{} to {} failed; the week before, {} failed. Find what changed.",
                       count(each.change.errors_now, "call"), each.subsystem, each.change.errors_before),
           "SubsystemErrorsHigh"});
    }
  }
}

void of_logs(const Weekly& weekly, List& list) {
  if (weekly.logs.hours_over.empty() || !weekly.logs.sources || !weekly.logs.limits) return;
  const auto worst = std::ranges::max_element(
      weekly.logs.hours_over, {}, [](const HourOver& each) { return each.critical + each.errors; });
  const bool critical = std::ranges::any_of(weekly.logs.hours_over, [&](const HourOver& each) {
    return each.critical >= weekly.logs.limits->critical;
  });
  list.push_back({250 + static_cast<int>(std::min<std::size_t>(weekly.logs.hours_over.size(), 50)),
                  fmt::format("{} exceeded a log threshold; the worst was {} with {} critical events and {} "
                              "errors. Start with {}.",
                              count(weekly.logs.hours_over.size(), "hour"), utc(worst->hour), worst->critical,
                              worst->errors, weekly.logs.sources->front().name),
                  critical ? "LogCriticalEvents" : "LogErrors"});
}

void of_alerts(const Weekly& weekly, List& list) {
  if (!weekly.alerts || weekly.alerts->fired.empty()) return;
  const auto flapping = std::ranges::max_element(weekly.alerts->fired, {}, &AlertLine::flaps);
  if (flapping->flaps < 3) return;
  list.push_back({150,
                  fmt::format("{} fired {} times, {} of them within ten minutes of resolving. {}.",
                              flapping->name, flapping->fired, flapping->flaps, against_flaps(*flapping)),
                  flapping->name});
}

void of_monitor(const Weekly& weekly, List& list) {
  if (!weekly.services) {
    list.push_back(
        {900, "Availability is unknown. Make sure that the healer can query Prometheus.", "HealerDown"});
  } else if (const auto& ratio = weekly.coverage.ratio; ratio && *ratio < 0.95) {
    list.push_back(
        {420,
         fmt::format("Only {} of the expected samples were received. Find out why samples are missing.",
                     percent(*ratio)),
         "ExporterDown"});
  }
}

}  // namespace

std::vector<Advice> advise(const Weekly& weekly, std::size_t most) {
  List list;
  for (const auto& look : {of_incidents, of_services, of_validation, of_capacity, of_regressions, of_logs,
                           of_alerts, of_monitor}) {
    look(weekly, list);
  }
  std::ranges::stable_sort(list, std::ranges::greater(), &Advice::weight);
  if (list.size() > most) list.resize(most);
  return list;
}

}  // namespace healer::reports
