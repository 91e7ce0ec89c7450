// The weekly report's sections on capacity and regressions.
#include <fmt/ranges.h>

#include <cmath>

#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {
namespace {

void add_images(const Capacity& capacity, Document& document) {
  if (!capacity.images) {
    document.add(unknown("Outdated images are unknown", capacity.images.why));
  } else if (const auto& old = capacity.images->outdated; !old.empty()) {
    document.add(Callout{
        Status::kWarning,
        Line(fmt::format(
            "Outdated images, older than the newest of their name on this machine: {} ({} of {} containers).",
            fmt::join(old, ", "), old.size(), capacity.images->containers))});
  } else {
    document.add(
        Paragraph{fmt::format("All {} containers use the newest image of their name on this machine.",
                              capacity.images->containers)});
  }
}

}  // namespace

void add_capacity(const Weekly& weekly, Document& document) {
  const Capacity& capacity = weekly.capacity;
  document.add(Heading{2, "Capacity", "capacity"});
  if (!capacity.disks) {
    document.add(unknown("Disk space is unknown", capacity.disks.why));
  } else {
    Table table{{{"file system"}, {"available", true}, {"size", true}, {"full in", true}}, {}};
    for (const DiskLine& each : *capacity.disks) {
      Cell full = each.days_to_full ? Cell(Line(fmt::format("{} days", compact(*each.days_to_full))),
                                           *each.days_to_full < 14 ? Status::kBad : Status::kWarning)
                                    : Cell(Line(each.days_to_full.why));
      table.rows.push_back({each.mountpoint, bytes(each.available),
                            each.size > 0 ? bytes(each.size) : std::string(kUnknownWord), std::move(full)});
    }
    document.add(std::move(table));
  }
  if (!capacity.memory) {
    document.add(unknown("Memory of containers is unknown", capacity.memory.why));
  } else {
    Table table{
        {{"container"}, {"minimum memory, last day", true}, {"limit", true}, {"per day", true}, {"leak"}},
        {}};
    for (const MemoryLine& each : *capacity.memory) {
      Cell floor(bytes(each.floors.back()));
      floor.spark = each.floors;
      const std::string slope =
          each.per_day ? (*each.per_day >= 0 ? "+" : "") + bytes(*each.per_day) : each.per_day.why;
      table.rows.push_back({each.container, std::move(floor), each.limit ? bytes(*each.limit) : "–", slope,
                            each.leaks ? Cell(Line("it only grows"), Status::kBad) : Cell("–")});
    }
    document.add(std::move(table));
  }
  if (!capacity.certificates) {
    document.add(unknown("Certificates are unknown", capacity.certificates.why));
  } else if (!capacity.certificates->empty()) {
    Table table{{{"certificate of"}, {"expires"}, {"left", true}}, {}};
    for (const CertificateLine& each : *capacity.certificates) {
      const base::Duration left = each.expires - weekly.window.to;
      table.rows.push_back(
          {each.probe, utc_date(each.expires),
           Cell(Line(spoken(left)), left < std::chrono::days(14) ? Status::kBad : Status::kNone)});
    }
    document.add(std::move(table));
  }
  add_images(capacity, document);
}

void add_regressions(const Weekly& weekly, Document& document) {
  document.add(Heading{2, "Regressions", "regressions"});
  const auto verdict = [](Verdict each) {
    return each == Verdict::kWorse      ? Cell(Line("worse"), Status::kBad)
           : each == Verdict::kNotWorse ? Cell(Line("not worse"), Status::kGood)
                                        : Cell(Line("too few samples"), Status::kUnknown);
  };
  const auto chance = [](const std::optional<double>& p) {
    return !p ? "–" : *p < 0.001 ? "under 0.1 %" : percent(std::round(*p * 1000) / 1000);
  };
  if (const auto& latency = weekly.regressions.latency; !latency) {
    document.add(unknown("Latencies are unknown", latency.why));
  } else if (latency->empty()) {
    document.add(Paragraph{"There are no probes to compare."});
  } else {
    const auto figure = [](const std::optional<double>& value) {
      return value ? seconds(*value) : std::string(kUnknownWord);
    };
    Table table{
        {{"probe"}, {"median, week before", true}, {"this week", true}, {"by chance", true}, {"result"}}, {}};
    for (const LatencyChange& each : *latency) {
      table.rows.push_back({each.probe, figure(each.change.before), figure(each.change.now),
                            chance(each.change.chance), verdict(each.change.verdict)});
    }
    document.add(std::move(table));
  }
  if (const auto& errors = weekly.regressions.errors; !errors) {
    document.add(unknown("Error rates are unknown", errors.why));
  } else if (errors->empty()) {
    document.add(Paragraph{"No subsystem exports call counts."});
  } else {
    const auto rate = [](std::uint64_t n, std::uint64_t calls) {
      return calls == 0
                 ? std::string("no calls")
                 : fmt::format(
                       "{} of {} ({})", n, calls,
                       percent(std::round(1e6 * static_cast<double>(n) / static_cast<double>(calls)) / 1e6));
    };
    Table table{{{"subsystem"},
                 {"calls failed, week before", true},
                 {"this week", true},
                 {"by chance", true},
                 {"result"}},
                {}};
    for (const RateChange& each : *errors) {
      const RateComparison& change = each.change;
      table.rows.push_back({each.subsystem, rate(change.errors_before, change.calls_before),
                            rate(change.errors_now, change.calls_now), chance(change.chance),
                            verdict(change.verdict)});
    }
    document.add(std::move(table));
  }
}

}  // namespace healer::reports
