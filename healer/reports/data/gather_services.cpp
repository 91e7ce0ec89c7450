// Availability from raw samples, queried day by day; only intervals are kept in memory.
#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "healer/reports/data/counters.h"
#include "healer/reports/data/gather.h"
#include "healer/reports/render/units.h"

namespace healer::reports {
namespace {

constexpr const char* kContainers = "salus_container_running{container!=\"\"}";
constexpr const char* kSubsystems = "subsystem:salus_available:bool";
constexpr const char* kRestarts = "salus_container_restarts_total{container!=\"\"}";
constexpr const char* kKills = "salus_container_oom_kills_total{container!=\"\"}";

std::string label(const SeriesLabels& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

// The content of subsystems.yml, from the exporter's metrics.
struct Declared {
  std::set<std::string> containers;                         // the expected ones
  std::map<std::string, std::string> trading_of_container;  // the most that depends on it
  std::map<std::string, std::string> container_of;          // of a subsystem
};

// Longer than any scrape interval.
constexpr base::Duration kGone = std::chrono::minutes(10);

int importance(const std::string& trading) {
  return trading == "critical" ? 2 : trading == "partial" ? 1 : 0;
}

base::Result<Declared> ask_declared(Samples& samples, Window window) {
  Declared declared;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window.length()).count();
  auto asked =
      samples.at(fmt::format("max by (container) (last_over_time(salus_container_expected[{}s]))", seconds),
                 window.to, [&](const SeriesLabels& labels, std::span<const Sample>) {
                   declared.containers.insert(label(labels, "container"));
                 });
  if (!asked) return std::unexpected(asked.error());
  asked = samples.at(fmt::format("max by (subsystem, container, trading) "
                                 "(last_over_time(salus_subsystem_info{{container!=\"\"}}[{}s]))",
                                 seconds),
                     window.to, [&](const SeriesLabels& labels, std::span<const Sample>) {
                       declared.container_of[label(labels, "subsystem")] = label(labels, "container");
                       std::string& trading = declared.trading_of_container[label(labels, "container")];
                       const std::string its = label(labels, "trading");
                       if (trading.empty() || importance(its) > importance(trading)) trading = its;
                     });
  if (!asked) return std::unexpected(asked.error());
  return declared;
}

struct Collected {
  IntervalBuilder builder;
  base::Duration distance;
};
using ByName = std::map<std::string, Collected>;

base::Result<> collect(Samples& samples, const char* selector, const char* name_label, Window window,
                       const std::set<std::string>& wanted, ByName& all) {
  return samples.raw(selector, window, [&](const SeriesLabels& labels, std::span<const Sample> some) {
    const std::string name = label(labels, name_label);
    if (name.empty() || (!wanted.empty() && !wanted.contains(name))) return;
    auto found = all.find(name);
    if (found == all.end()) {
      const auto distance = usual_distance(some);
      if (!distance) return;  // the interval of a single sample is unknown
      found = all.emplace(name, Collected{IntervalBuilder(window, longest_gap(*distance)), *distance}).first;
    }
    for (const Sample& sample : some) found->second.builder.add(sample);
  });
}

// Removes what has no samples at the end of the time for which there are any: it was deleted or is no longer
// configured.
void drop_removed(ByName& all) {
  std::optional<base::WallTime> newest;
  for (const auto& [name, collected] : all) newest = std::max(newest, collected.builder.newest());
  std::erase_if(all, [&](const auto& each) {
    const auto& [builder, distance] = each.second;
    return newest && builder.newest() &&
           *newest - *builder.newest() > std::max<base::Duration>(longest_gap(distance), kGone);
  });
}

void append(ByName& all, const std::string& kind, const Declared& declared, const ReportsConfig& config,
            Window window, Coverage& coverage, std::vector<Service>& services) {
  drop_removed(all);
  for (auto& [name, collected] : all) {
    Service service{.name = name,
                    .kind = kind,
                    .trading = "none",
                    .container = kind == "container" ? name : "",
                    .intervals = collected.builder.finish(),
                    .availability = {},
                    .budget = {}};
    if (kind == "subsystem") {
      service.trading = "critical";
      if (const auto its = declared.container_of.find(name); its != declared.container_of.end())
        service.container = its->second;
    } else if (const auto its = declared.trading_of_container.find(name);
               its != declared.trading_of_container.end()) {
      service.trading = its->second;
    }
    service.availability = availability_of(service.intervals);
    service.budget = budget_of(service.availability, window.length(), config.objective_of(name));
    coverage.received += collected.builder.samples();
    coverage.expected = coverage.expected.value.value_or(0) +
                        static_cast<std::uint64_t>(window.length() / collected.distance);
    if (!coverage.distance || collected.distance < *coverage.distance) coverage.distance = collected.distance;
    services.push_back(std::move(service));
  }
}

}  // namespace

Known<std::vector<Service>> gather_services(Samples& samples, const ReportsConfig& config, Window window,
                                            Coverage& coverage, std::vector<Query>& queries) {
  using Services = Known<std::vector<Service>>;
  const auto lost = [](const base::Error& error) {
    return Services::unknown(fmt::format("Prometheus could not be queried ({})", error.message));
  };
  queries.push_back({"availability of containers, raw samples", kContainers});
  queries.push_back(
      {"availability of subsystems that trading depends on critically, raw samples", kSubsystems});
  const auto declared = ask_declared(samples, window);
  if (!declared) return lost(declared.error());
  ByName containers;
  ByName subsystems;
  if (auto done = collect(samples, kContainers, "container", window, declared->containers, containers);
      !done) {
    return lost(done.error());
  }
  if (auto done = collect(samples, kSubsystems, "subsystem", window, {}, subsystems); !done)
    return lost(done.error());
  std::vector<Service> services;
  append(subsystems, "subsystem", *declared, config, window, coverage, services);
  append(containers, "container", *declared, config, window, coverage, services);
  if (services.empty())
    return Services::unknown("Prometheus has no samples of any service within the window");
  std::ranges::stable_sort(services, std::ranges::greater(),
                           [](const Service& each) { return importance(each.trading); });
  std::vector<std::vector<Interval>> lists;
  for (const Service& service : services) lists.push_back(service.intervals);
  coverage.own_gaps = common_gaps(lists);
  if (*coverage.expected > 0) {
    coverage.ratio =
        std::min(1.0, static_cast<double>(coverage.received) / static_cast<double>(*coverage.expected));
  }
  return services;
}

Known<std::vector<RestartLine>> gather_restarts(Samples& samples, Window window,
                                                std::vector<Query>& queries) {
  using Restarts = Known<std::vector<RestartLine>>;
  std::map<std::string, RestartLine> all;
  std::set<std::string> existing;
  for (const auto& [what, selector, figure] :
       {std::tuple("restarts of containers, raw samples", kRestarts, &RestartLine::restarts),
        std::tuple("OOM kills, raw samples", kKills, &RestartLine::oom_kills)}) {
    queries.push_back({what, selector});
    const auto growth = count_growth(samples, selector, window);
    if (!growth) {
      return Restarts::unknown(fmt::format("Prometheus could not be queried ({})", growth.error().message));
    }
    for (const auto& [labels, series] : growth->series) {
      RestartLine& line = all[label(labels, "container")];
      if (series.known) line.*figure = (line.*figure).value.value_or(0) + series.grown;
      if (growth->exists(series)) existing.insert(label(labels, "container"));
    }
  }
  if (all.empty()) return Restarts::unknown("Prometheus has no counts of restarts within the window");
  std::vector<RestartLine> lines;
  for (auto& [container, line] : all) {
    line.container = container;
    for (Known<std::uint64_t>* figure : {&line.restarts, &line.oom_kills}) {
      if (!*figure) figure->why = "Prometheus has too few samples of it";
    }
    if (existing.contains(container)) lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(lines, std::ranges::greater(), [](const RestartLine& each) {
    return each.restarts.value.value_or(0) + each.oom_kills.value.value_or(0);
  });
  return lines;
}

}  // namespace healer::reports
