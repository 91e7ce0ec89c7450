// Which alerts fired, from the samples of ALERTS: there is one at every evaluation while an alert fires, and
// none otherwise.
#include <algorithm>
#include <set>

#include "healer/reports/data/gather.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr const char* kFiring = "ALERTS{alertstate=\"firing\"}";
constexpr const char* kAlwaysFires = "Watchdog";
constexpr base::Duration kFlap = 10min;

// The first and last of consecutive samples.
struct Episode {
  base::WallTime from, to;
};

struct Series {
  std::string name;
  bool of_task = false;
  bool policy = false;
  std::vector<Episode> episodes;
};

// What distinguishes one alert from another: a container's outage has an alert for each subsystem in it.
SeriesLabels identity_of(const SeriesLabels& labels) {
  if (const auto container = labels.find("container");
      container != labels.end() && !container->second.empty())
    return {{"alertname", labels.at("alertname")}, {"container", container->second}};
  SeriesLabels identity = labels;
  for (const char* name : {"severity", "issue", "status", "impacts_trading", "policy", "heal", "trading"})
    identity.erase(name);
  return identity;
}

// Episodes of several series, of which those that overlap or follow each other within `gap` are one.
std::vector<Episode> merged(std::vector<Episode> episodes, base::Duration gap) {
  std::ranges::sort(episodes, {}, &Episode::from);
  std::vector<Episode> all;
  for (const Episode& each : episodes) {
    if (!all.empty() && each.from - all.back().to <= gap) {
      all.back().to = std::max(all.back().to, each.to);
    } else {
      all.push_back(each);
    }
  }
  return all;
}

// Without rule evaluations in between, it is unknown whether the alert ended, so both episodes are one.
bool evaluated_between(const std::vector<Interval>& watchdog, base::WallTime from, base::WallTime to) {
  if (watchdog.empty()) return true;
  base::Duration unknown{};
  for (const Interval& each : watchdog) {
    if (each.condition != Condition::kUnknown) continue;
    unknown += std::max(base::Duration::zero(), std::min(each.to, to) - std::max(each.from, from));
  }
  return unknown * 10 < (to - from) * 9;
}

void join(Series& series, const std::vector<Interval>& watchdog, base::Duration distance) {
  std::vector<Episode> joined;
  for (const Episode& each : series.episodes) {
    if (!joined.empty() && (each.from - joined.back().to <= longest_gap(distance) ||
                            !evaluated_between(watchdog, joined.back().to, each.from))) {
      joined.back().to = each.to;
    } else {
      joined.push_back(each);
    }
  }
  series.episodes = std::move(joined);
}

AlertLine line_of(const std::string& name, const std::vector<const Series*>& all, base::Duration distance,
                  Window window) {
  AlertLine line{.name = name, .fired = 0, .fires = false, .firing = {}, .flaps = 0, .policy = false};
  std::vector<Episode> together;
  for (const Series* series : all) {
    line.fired += series->episodes.size();
    line.policy = line.policy || series->policy;
    for (std::size_t i = 0; i < series->episodes.size(); ++i) {
      Episode each = series->episodes[i];
      if (i > 0 && each.from - series->episodes[i - 1].to <= kFlap) ++line.flaps;
      each.to = std::min(each.to + distance, window.to);
      line.fires = line.fires || window.to - each.to < distance * 2;
      together.push_back(each);
    }
  }
  std::ranges::sort(together, {}, &Episode::from);
  base::WallTime until = window.from;
  for (const Episode& each : together) {
    const base::WallTime from = std::max(each.from, until);
    if (each.to > from) line.firing += each.to - from;
    until = std::max(until, each.to);
  }
  return line;
}

}  // namespace

Known<Alerts> gather_alerts(Samples& samples, Window window, std::vector<Query>& queries) {
  queries.push_back({"alerts that fired, raw samples", kFiring});
  std::map<SeriesLabels, Series> all;
  std::optional<IntervalBuilder> watchdog;
  std::optional<base::Duration> distance;
  // The Watchdog first: it always fires, so its samples show the evaluation interval and the gaps.
  auto asked = samples.raw(fmt::format("ALERTS{{alertname=\"{}\",alertstate=\"firing\"}}", kAlwaysFires),
                           window, [&](const SeriesLabels&, std::span<const Sample> some) {
                             if (!distance) distance = usual_distance(some);
                             if (!distance) return;
                             if (!watchdog) watchdog.emplace(window, longest_gap(*distance));
                             for (const Sample& sample : some) watchdog->add({sample.at, 1});
                           });
  const base::Duration every = distance.value_or(1min);
  if (asked) {
    asked = samples.raw(kFiring, window, [&](const SeriesLabels& labels, std::span<const Sample> some) {
      const auto name = labels.find("alertname");
      if (name == labels.end() || name->second == kAlwaysFires) return;
      Series& series = all[labels];
      series.name = name->second;
      series.of_task = labels.contains("task");
      series.policy = labels.contains("policy");
      for (const Sample& sample : some) {
        if (sample.at < window.from || sample.at >= window.to) continue;
        auto& episodes = series.episodes;
        if (!episodes.empty() && sample.at - episodes.back().to <= longest_gap(every)) {
          episodes.back().to = std::max(episodes.back().to, sample.at);
        } else {
          episodes.push_back({sample.at, sample.at});
        }
      }
    });
  }
  if (!asked)
    return Known<Alerts>::unknown(fmt::format("Prometheus could not be queried ({})", asked.error().message));

  const std::vector<Interval> looked = watchdog ? watchdog->finish() : std::vector<Interval>();
  if (!watchdog && all.empty()) {
    return Known<Alerts>::unknown(
        "Prometheus has no samples of ALERTS within the window: whether any alert fired is not known");
  }
  std::set<std::string> seen;
  std::map<SeriesLabels, Series> by_identity;
  for (auto& [labels, series] : all) {
    join(series, looked, every);
    if (series.episodes.empty()) continue;
    seen.insert(series.name);
    if (series.of_task) continue;  // a due task is not a problem
    Series& one = by_identity[identity_of(labels)];
    one.name = series.name;
    one.policy = one.policy || series.policy;
    one.episodes.insert(one.episodes.end(), series.episodes.begin(), series.episodes.end());
  }
  std::map<std::string, std::vector<const Series*>> by_name;
  for (auto& [labels, series] : by_identity) {
    series.episodes = merged(std::move(series.episodes), longest_gap(every));
    by_name[series.name].push_back(&series);
  }
  Alerts alerts;
  for (const auto& [name, series] : by_name) alerts.fired.push_back(line_of(name, series, every, window));
  std::ranges::stable_sort(alerts.fired, std::ranges::greater(), &AlertLine::fired);

  const auto rules = samples.alert_rules();
  if (!rules) {
    alerts.never_fired = Known<std::vector<std::string>>::unknown(rules.error().message);
    return alerts;
  }
  std::vector<std::string> quiet;
  for (const AlertRule& rule : *rules) {
    if (rule.name != kAlwaysFires && !seen.contains(rule.name)) quiet.push_back(rule.name);
    if (!rule.runbook_url.empty()) alerts.runbooks[rule.name] = rule.runbook_url;
  }
  alerts.never_fired = std::move(quiet);
  return alerts;
}

}  // namespace healer::reports
