#include "healer/reports/data/gather.h"

#include <algorithm>
#include <cmath>

#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {
namespace {

// A service counts as fully known above this share: restarts and upgrades of the monitoring leave short gaps.
constexpr double kWhole = 0.99;
constexpr double kSoonDays = 14;
// Incidents of one container that follow each other within this time are one outage.
constexpr base::Duration kOneOutage = std::chrono::minutes(10);
constexpr const char* kHealthScore = "salus:health_score:weighted";

Known<HealthScore> gather_health(Samples& samples, Window window, std::vector<Query>& queries) {
  using Health = Known<HealthScore>;
  queries.push_back({"health score, average and minimum of the window", kHealthScore});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window.length()).count();
  std::optional<double> average, lowest;
  for (const auto& [function, figure] : {std::pair{"avg_over_time", &average}, {"min_over_time", &lowest}}) {
    const auto asked = samples.at(fmt::format("min({}({}[{}s]))", function, kHealthScore, seconds), window.to,
                                  [figure](const SeriesLabels&, std::span<const Sample> points) {
                                    if (!points.empty() && std::isfinite(points.back().value))
                                      *figure = points.back().value;
                                  });
    if (!asked)
      return Health::unknown(fmt::format("Prometheus could not be queried ({})", asked.error().message));
  }
  if (!average || !lowest)
    return Health::unknown("Prometheus has no samples of salus:health_score:weighted within the window");
  return HealthScore{.average = *average, .lowest = *lowest};
}

void gather_from_prometheus(const Sources& sources, const ReportsConfig& config, Weekly& weekly,
                            base::Deadline deadline) {
  Samples samples(sources.prometheus_url, sources.prometheus_http, deadline);
  auto& queries = weekly.appendix.queries;
  weekly.services = gather_services(samples, config, weekly.window, weekly.coverage, queries);
  weekly.restarts = gather_restarts(samples, weekly.window, queries);
  weekly.health = gather_health(samples, weekly.window, queries);
  weekly.alerts = gather_alerts(samples, weekly.window, queries);
  gather_log_counts(samples, weekly.window, weekly.logs, queries);
  weekly.capacity = gather_capacity(samples, weekly.window, queries);
  weekly.regressions = gather_regressions(samples, weekly.window, queries);
  if (!weekly.services) {
    weekly.coverage.missing.push_back(fmt::format("Availability from {} to {} is unknown: {}.",
                                                  utc(weekly.window.from), utc(weekly.window.to),
                                                  weekly.services.why));
  }
}

void gather_from_exporter(const Sources& sources, Weekly& weekly, base::Deadline deadline) {
  const base::http::Client client(sources.exporter_url, sources.exporter_http);
  const auto answer =
      client.get("/api/v1/log-patterns?level=warning", deadline.within(std::chrono::seconds(30)));
  base::Result<> read;
  if (!answer) {
    read = std::unexpected(answer.error());
  } else if (answer->status != 200) {
    read = base::fail("{}: status {}", sources.exporter_url, answer->status);
  } else {
    read = read_patterns(answer->body, weekly.window, weekly.logs);
  }
  if (read) return;
  weekly.logs.top = Known<std::vector<PatternLine>>::unknown(
      fmt::format("the exporter could not be queried ({})", read.error().message));
  weekly.coverage.missing.push_back(fmt::format("Log patterns are unknown: {}.", weekly.logs.top.why));
}

std::uint64_t soon(const Weekly& weekly) {
  std::uint64_t n = 0;
  const Capacity& capacity = weekly.capacity;
  if (capacity.disks) {
    n += static_cast<std::uint64_t>(std::ranges::count_if(*capacity.disks, [](const DiskLine& disk) {
      return disk.days_to_full && *disk.days_to_full < kSoonDays;
    }));
  }
  if (capacity.memory)
    n += static_cast<std::uint64_t>(std::ranges::count_if(*capacity.memory, &MemoryLine::leaks));
  if (capacity.certificates) {
    n += static_cast<std::uint64_t>(
        std::ranges::count_if(*capacity.certificates, [&](const CertificateLine& each) {
          return each.expires - weekly.window.to < std::chrono::days(14);
        }));
  }
  return n;
}

}  // namespace

std::vector<std::vector<const IncidentLine*>> outages_of(const std::vector<IncidentLine>& incidents,
                                                         const Known<std::vector<Service>>& services) {
  const auto where = [&](const IncidentLine& incident) -> std::string {
    if (incident.kind == kContainer) return "container/" + incident.target;
    const std::string& subsystem = incident.kind == kSubsystem ? incident.target : incident.subsystem;
    if (services && incident.kind == kSubsystem) {
      const auto found = std::ranges::find(*services, subsystem, &Service::name);
      if (found != services->end() && !found->container.empty()) return "container/" + found->container;
    }
    return incident.kind + "/" + incident.target;
  };
  std::vector<const IncidentLine*> sorted;
  for (const IncidentLine& each : incidents) sorted.push_back(&each);
  std::ranges::stable_sort(sorted, {}, [](const IncidentLine* each) { return each->alert_starts_at; });
  struct Open {
    std::size_t outage;
    base::WallTime until;
  };
  std::map<std::string, Open> open;
  std::vector<std::vector<const IncidentLine*>> outages;
  for (const IncidentLine* each : sorted) {
    const base::WallTime until = each->closed_at ? *each->closed_at + kOneOutage : base::WallTime::max();
    const auto [last, fresh] = open.try_emplace(where(*each), Open{outages.size(), until});
    if (!fresh && each->alert_starts_at <= last->second.until) {
      outages[last->second.outage].push_back(each);
      last->second.until = std::max(last->second.until, until);
      continue;
    }
    last->second = {outages.size(), until};
    outages.push_back({each});
  }
  return outages;
}

bool required_operator(const std::vector<const IncidentLine*>& outage) {
  return std::ranges::any_of(outage, [](const IncidentLine* each) {
    return each->state == "exhausted" || each->state == "released";
  });
}

std::uint64_t growth_of_counter(std::span<const Sample> points) {
  double sum = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double grown = points[i].value - points[i - 1].value;
    if (!std::isfinite(grown)) continue;
    sum += grown >= 0 ? grown : points[i].value;
  }
  return static_cast<std::uint64_t>(std::llround(std::min(sum, 1e18)));
}

void rate(Weekly& weekly) {
  ScoreInput input;
  input.coverage = weekly.coverage.ratio;
  if (weekly.services) {
    input.services = std::vector<ScoreInput::Service>{};
    for (const Service& service : *weekly.services) {
      const Availability& found = service.availability;
      const double known =
          static_cast<double>((found.up + found.down).count()) /
          static_cast<double>(std::max<base::Duration::rep>(1, weekly.window.length().count()));
      input.services->push_back({.name = service.name,
                                 .trading = service.trading,
                                 .spent = found.ratio ? std::optional(service.budget.spent) : std::nullopt,
                                 .whole = known >= kWhole,
                                 .down = found.down,
                                 .container = service.container});
    }
  } else {
    input.services = Known<std::vector<ScoreInput::Service>>::unknown(weekly.services.why);
  }
  if (weekly.healing) {
    const auto outages = outages_of(weekly.healing->incidents, weekly.services);
    const Healing& healing = *weekly.healing;
    input.exhausted = static_cast<std::uint64_t>(std::ranges::count_if(outages, required_operator));
    input.failing_tasks =
        static_cast<std::uint64_t>(std::ranges::count_if(healing.tasks, &TaskLine::failing));
    input.approvals = static_cast<std::uint64_t>(healing.approvals.size());
  } else {
    for (auto* figure : {&input.exhausted, &input.failing_tasks, &input.approvals})
      *figure = Known<std::uint64_t>::unknown(weekly.healing.why);
  }
  if (!weekly.validation) {
    input.failed_validation = Known<std::uint64_t>::unknown(weekly.validation.why);
  } else if (std::ranges::none_of(weekly.validation->phases, was_checked)) {
    input.failed_validation = Known<std::uint64_t>::unknown("nothing was checked: it is not configured");
  } else {
    input.failed_validation = static_cast<std::uint64_t>(
        std::ranges::count_if(weekly.validation->phases, [](const auto& phase) { return !phase.passed; }));
  }
  if (weekly.logs.sources && weekly.logs.hours_known > 0 && weekly.logs.limits) {
    input.log_hours_over = static_cast<std::uint64_t>(weekly.logs.hours_over.size());
  } else {
    input.log_hours_over =
        Known<std::uint64_t>::unknown(!weekly.logs.sources           ? weekly.logs.sources.why
                                      : weekly.logs.hours_known == 0 ? "no log counts are known for any hour"
                                                                     : weekly.logs.limits.why);
  }
  const auto& [latency, errors] = weekly.regressions;
  const auto judged = [](const auto& each) { return each.change.verdict != Verdict::kTooFew; };
  if (latency && errors && std::ranges::none_of(*latency, judged) && std::ranges::none_of(*errors, judged)) {
    input.regressions = Known<std::uint64_t>::unknown("there is too little to compare");
  } else if (latency && errors) {
    input.regressions = static_cast<std::uint64_t>(
        std::ranges::count_if(*latency,
                              [](const auto& each) { return each.change.verdict == Verdict::kWorse; }) +
        std::ranges::count_if(*errors,
                              [](const auto& each) { return each.change.verdict == Verdict::kWorse; }));
  } else {
    input.regressions = Known<std::uint64_t>::unknown(latency ? errors.why : latency.why);
  }
  const Capacity& capacity = weekly.capacity;
  if (capacity.disks || capacity.memory || (capacity.certificates && !capacity.certificates->empty())) {
    input.capacity_soon = soon(weekly);
  } else {
    input.capacity_soon = Known<std::uint64_t>::unknown(capacity.disks.why);
  }
  weekly.score = score_of(input);
}

Weekly gather(const Sources& sources, const ReportsConfig& config, Window window, base::Deadline deadline) {
  Weekly weekly;
  weekly.window = window;
  weekly.past = sources.past;
  weekly.appendix.objective = config.objective;
  weekly.appendix.external_url = config.external_url;
  weekly.appendix.runbook_url = config.runbook_url;
  if (!sources.prometheus_url.empty()) gather_from_prometheus(sources, config, weekly, deadline);
  if (!sources.exporter_url.empty()) gather_from_exporter(sources, weekly, deadline);
  if (sources.journal) weekly.healing = gather_healing(sources.journal, window);
  if (!weekly.healing)
    weekly.coverage.missing.push_back(
        fmt::format("Incidents and actions are unknown: {}.", weekly.healing.why));
  rate(weekly);
  return weekly;
}

}  // namespace healer::reports
