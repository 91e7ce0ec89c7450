// Capacity, and regressions since the previous week.
#include <algorithm>
#include <cmath>
#include <set>

#include "healer/reports/data/gather.h"
#include "healer/reports/data/growth.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAvailable = "salus_host_filesystem_avail_bytes{mountpoint!=\"\"}";
constexpr const char* kSize = "salus_host_filesystem_size_bytes{mountpoint!=\"\"}";
constexpr const char* kFloors = "min_over_time(salus_container_memory_working_set_bytes[1d])";
constexpr const char* kLimits = "last_over_time(salus_container_memory_limit_bytes[1d])";
constexpr const char* kExpiry = "last_over_time(salus_probe_cert_expiry_timestamp_seconds[1d])";
constexpr const char* kImages = "salus_container_image_current{container!=\"\"}";
constexpr const char* kMemory = "salus_container_memory_working_set_bytes{container!=\"\"}";
// Longer than any scrape interval.
constexpr base::Duration kGone = 10min;
constexpr const char* kLatency = "salus_probe_duration_seconds{probe!=\"\"}";
constexpr const char* kCalls = "salus_subsystem_calls_total{subsystem!=\"\"}";
constexpr const char* kErrors = "salus_subsystem_call_errors_total{subsystem!=\"\"}";

std::string unreachable(const base::Error& error) {
  return fmt::format("Prometheus could not be queried ({})", error.message);
}

std::string label(const SeriesLabels& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

// The series of a metric that exist at the window's end, with their last value: those with a sample shortly
// before the newest one of all. What was deleted during the week is not among them.
base::Result<std::map<SeriesLabels, Sample>> existing(Samples& samples, const std::string& metric,
                                                      Window window) {
  std::map<SeriesLabels, Sample> all;
  const auto asked =
      samples.at(metric + "[1d]", window.to, [&](const SeriesLabels& labels, std::span<const Sample> points) {
        if (!points.empty()) all[labels] = points.back();
      });
  if (!asked) return std::unexpected(asked.error());
  base::WallTime newest{};
  for (const auto& [labels, sample] : all) newest = std::max(newest, sample.at);
  std::erase_if(all, [&](const auto& each) { return newest - each.second.at > kGone; });
  return all;
}

Known<std::vector<DiskLine>> disks(Samples& samples, Window window) {
  using Disks = Known<std::vector<DiskLine>>;
  std::map<std::string, DiskLine> all;
  auto asked =
      samples.range(kAvailable, window, 1h, [&](const SeriesLabels& labels, std::span<const Sample> points) {
        DiskLine line{.mountpoint = label(labels, "mountpoint"),
                      .available = points.back().value,
                      .size = 0,
                      .days_to_full = {}};
        const auto slope = points.back().at - points.front().at >= 48h ? slope_of(points) : std::nullopt;
        const auto days = slope ? days_until_empty(line.available, *slope) : std::nullopt;
        line.days_to_full = days    ? Known<double>(*days)
                            : slope ? Known<double>::unknown("not filling")
                                    : Known<double>::unknown("less than two days of data");
        all[line.mountpoint] = std::move(line);
      });
  if (asked) {
    asked = samples.range(kSize, window, 1h, [&](const SeriesLabels& labels, std::span<const Sample> points) {
      if (const auto found = all.find(label(labels, "mountpoint")); found != all.end())
        found->second.size = points.back().value;
    });
  }
  if (!asked) return Disks::unknown(unreachable(asked.error()));
  if (all.empty()) return Disks::unknown("Prometheus has no samples of file systems within the window");
  std::vector<DiskLine> lines;
  for (auto& [mountpoint, line] : all) lines.push_back(std::move(line));
  std::ranges::stable_sort(lines, {},
                           [](const DiskLine& each) { return each.days_to_full.value.value_or(INFINITY); });
  return lines;
}

Known<std::vector<MemoryLine>> memory(Samples& samples, Window window) {
  using Memory = Known<std::vector<MemoryLine>>;
  std::map<std::string, MemoryLine> all;
  const base::WallTime first = std::min(window.from + 24h, window.to);
  auto asked = samples.range(
      kFloors, {first, window.to}, 24h, [&](const SeriesLabels& labels, std::span<const Sample> points) {
        MemoryLine line{.container = label(labels, "container"),
                        .floors = {},
                        .per_day = {},
                        .limit = {},
                        .leaks = false};
        for (const Sample& each : points) line.floors.push_back(each.value);
        const auto slope = points.size() >= 3 ? slope_of(points) : std::nullopt;
        line.per_day =
            slope ? Known<double>(*slope * 86400) : Known<double>::unknown("fewer than three days of data");
        line.leaks = only_grows(line.floors);
        all[line.container] = std::move(line);
      });
  if (asked) {
    asked = samples.at(kLimits, window.to, [&](const SeriesLabels& labels, std::span<const Sample> points) {
      if (const auto found = all.find(label(labels, "container")); found != all.end())
        found->second.limit = points.back().value;
    });
  }
  const auto exist = existing(samples, kMemory, window);
  if (asked && !exist) asked = std::unexpected(exist.error());
  if (!asked) return Memory::unknown(unreachable(asked.error()));
  if (all.empty())
    return Memory::unknown("Prometheus has no samples of containers' memory within the window");
  std::set<std::string> containers;
  for (const auto& [labels, sample] : *exist) containers.insert(label(labels, "container"));
  std::vector<MemoryLine> lines;
  for (auto& [container, line] : all) {
    if (containers.contains(container)) lines.push_back(std::move(line));
  }
  std::ranges::stable_sort(lines, std::ranges::greater(), [](const MemoryLine& each) {
    return std::pair(each.leaks, each.per_day.value.value_or(-INFINITY));
  });
  return lines;
}

Known<std::vector<CertificateLine>> certificates(Samples& samples, Window window) {
  std::vector<CertificateLine> lines;
  const auto asked =
      samples.at(kExpiry, window.to, [&](const SeriesLabels& labels, std::span<const Sample> points) {
        lines.push_back({label(labels, "probe"), base::from_unix_seconds(points.back().value)});
      });
  if (!asked) return Known<std::vector<CertificateLine>>::unknown(unreachable(asked.error()));
  std::ranges::stable_sort(lines, {}, &CertificateLine::expires);
  return lines;
}

Known<Images> images(Samples& samples, Window window) {
  const auto exist = existing(samples, kImages, window);
  if (!exist) return Known<Images>::unknown(unreachable(exist.error()));
  Images found;
  for (const auto& [labels, sample] : *exist) {
    ++found.containers;
    if (sample.value == 0) found.outdated.push_back(label(labels, "container"));
  }
  if (found.containers == 0)
    return Known<Images>::unknown("Prometheus has no samples of images at the end of the window");
  std::ranges::sort(found.outdated);
  return found;
}

Known<std::vector<LatencyChange>> latency(Samples& samples, Window before, Window now) {
  using Values = std::vector<double>;
  std::map<std::string, std::pair<Values, Values>> all;
  const auto take = [&](Window window, Values std::pair<Values, Values>::* where) {
    return samples.range(kLatency, window, 10min,
                         [&](const SeriesLabels& labels, std::span<const Sample> points) {
                           for (const Sample& each : points)
                             (all[label(labels, "probe")].*where).push_back(each.value);
                         });
  };
  auto asked = take(before, &std::pair<Values, Values>::first);
  if (asked) asked = take(now, &std::pair<Values, Values>::second);
  if (!asked) return Known<std::vector<LatencyChange>>::unknown(unreachable(asked.error()));
  std::vector<LatencyChange> changes;
  for (auto& [probe, values] : all) {
    if (values.second.empty()) continue;  // it was removed
    changes.push_back({probe, compare_latency(std::move(values.first), std::move(values.second))});
  }
  return changes;
}

Known<std::vector<RateChange>> error_rates(Samples& samples, Window before, Window now) {
  struct Counted {
    std::uint64_t calls_before = 0, calls_now = 0, errors_before = 0, errors_now = 0;
  };
  std::map<std::string, Counted> all;
  base::Result<> asked;
  const auto take = [&](const char* metric, Window window, std::uint64_t Counted::* where) {
    if (!asked) return;
    asked =
        samples.range(metric, window, 10min, [&](const SeriesLabels& labels, std::span<const Sample> points) {
          all[label(labels, "subsystem")].*where += growth_of_counter(points);
        });
  };
  take(kCalls, before, &Counted::calls_before);
  take(kCalls, now, &Counted::calls_now);
  take(kErrors, before, &Counted::errors_before);
  take(kErrors, now, &Counted::errors_now);
  if (!asked) return Known<std::vector<RateChange>>::unknown(unreachable(asked.error()));
  std::vector<RateChange> changes;
  for (const auto& [subsystem, n] : all) {
    changes.push_back({subsystem, compare_rates(n.errors_before, n.calls_before, n.errors_now, n.calls_now)});
  }
  return changes;
}

}  // namespace

Capacity gather_capacity(Samples& samples, Window window, std::vector<Query>& queries) {
  queries.push_back({"available space, every hour", kAvailable});
  queries.push_back({"minimum memory of each day", kFloors});
  queries.push_back({"certificates", kExpiry});
  queries.push_back({"outdated images", kImages});
  return {.disks = disks(samples, window),
          .memory = memory(samples, window),
          .certificates = certificates(samples, window),
          .images = images(samples, window)};
}

Regressions gather_regressions(Samples& samples, Window window, std::vector<Query>& queries) {
  queries.push_back({"latency, every ten minutes of both weeks", kLatency});
  queries.push_back({"calls, every ten minutes of both weeks", kCalls});
  queries.push_back({"failed calls, every ten minutes of both weeks", kErrors});
  const Window before{window.from - window.length(), window.from};
  return {.latency = latency(samples, before, window), .errors = error_rates(samples, before, window)};
}

}  // namespace healer::reports
