#include "healer/reports/data/breach_counts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "healer/engine/incident/threshold_breach.h"
#include "healer/reports/data/gather.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEvents = "salus_log_events_total{level=~\"critical|error|warning\"}";
constexpr const char* kRestarts = "salus_container_restarts_total{container!=\"\"}";

// The growth of a counter whose samples arrive in several parts.
struct Growth {
  std::optional<Sample> newest;
  std::uint64_t grown = 0;

  void add(std::span<const Sample> samples) {
    std::vector<Sample> points;
    if (newest) points.push_back(*newest);
    for (const Sample& each : samples) {
      if (std::isfinite(each.value) && (points.empty() || each.at > points.back().at)) points.push_back(each);
    }
    grown += growth_of_counter(points);
    if (!points.empty()) newest = points.back();
  }
};

std::string_view label(const SeriesLabels& labels, const std::string& name) {
  const auto found = labels.find(name);
  return found == labels.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::uint64_t> limit_of(Samples& samples, const std::string& record, base::WallTime at) {
  std::optional<std::uint64_t> limit;
  // Without the recorded limit, the threshold is taken from the alerts' annotations.
  const auto asked = samples.at(record, at, [&](const SeriesLabels&, std::span<const Sample> values) {
    if (!values.empty() && values.back().value >= 1) limit = static_cast<std::uint64_t>(values.back().value);
  });
  return asked ? limit : std::nullopt;
}

struct Kind {
  std::string_view words;  // of a breach: "353 critical events (threshold: 5)"
  const char* field;
  Known<std::uint64_t> BreachCounts::* count;
};
constexpr std::array<Kind, 4> kKinds{{
    {"critical events", "critical_events", &BreachCounts::critical},
    {"errors", "errors", &BreachCounts::errors},
    {"warnings", "warnings", &BreachCounts::warnings},
    {"container restarts", "container_restarts", &BreachCounts::restarts},
}};

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

// The threshold of this kind in an alert's annotation `breach`.
std::optional<std::uint64_t> threshold_in(std::string_view breach, std::string_view words) {
  constexpr std::string_view kThreshold = " (threshold: ";
  const auto at = breach.find(fmt::format(" {}{}", words, kThreshold));
  if (at == std::string_view::npos) return std::nullopt;
  return number_in(breach.substr(at + 1 + words.size() + kThreshold.size()));
}

// nullopt: the annotations name a threshold, but the counts do not show the breach; the caller then uses the
// annotations' text.
std::optional<std::string> phrase_of(const Kind& kind, std::span<const Alert> alerts,
                                     const BreachCounts& counts) {
  std::uint64_t limit = 0;  // none
  if (kind.count == &BreachCounts::critical) limit = counts.critical_limit.value_or(0);
  if (kind.count == &BreachCounts::errors) limit = counts.errors_limit.value_or(0);
  bool has_threshold = false;
  for (const Alert& alert : alerts) {
    const auto breach = alert.annotations.find("breach");
    if (breach == alert.annotations.end()) continue;
    const std::uint64_t threshold = threshold_in(breach->second, kind.words).value_or(0);
    has_threshold = has_threshold || threshold > 0;
    if (limit == 0) limit = threshold;
  }
  const Known<std::uint64_t>& count = counts.*kind.count;
  if (limit > 0 && count && *count >= limit)
    return fmt::format("{} {} (threshold: {})", *count, kind.words, limit);
  return has_threshold ? std::optional<std::string>() : "";
}

std::string reason_of(std::span<const Alert> alerts, const BreachCounts& counts) {
  std::string reason;
  for (const Kind& kind : kKinds) {
    const auto phrase = phrase_of(kind, alerts, counts);
    if (!phrase) return "";
    if (!phrase->empty()) reason += (reason.empty() ? "" : "; ") + *phrase;
  }
  return reason;
}

}  // namespace

base::WallTime breach_end(base::WallTime opened_at, base::WallTime now) {
  return std::min(now, opened_at + 1min);
}

BreachCounts count_breach(Samples& samples, base::WallTime to) {
  const Window window{to - 1h, to};
  BreachCounts counts;
  std::map<std::string, std::map<SeriesLabels, Growth>> levels;
  std::set<std::string> sources;
  auto asked = samples.raw(kEvents, window, [&](const SeriesLabels& labels, std::span<const Sample> values) {
    sources.emplace(label(labels, "source"));
    levels[std::string(label(labels, "level"))][labels].add(values);
  });
  for (const auto& [level, count] :
       {std::pair{"critical", &counts.critical}, {"error", &counts.errors}, {"warning", &counts.warnings}}) {
    if (!asked) {
      *count = Known<std::uint64_t>::unknown(
          fmt::format("Prometheus could not be queried ({})", asked.error().message));
    } else if (levels.empty()) {
      *count = Known<std::uint64_t>::unknown("Prometheus has no counts of log events in that hour");
    } else {
      std::uint64_t sum = 0;
      for (const auto& [labels, growth] : levels[level]) sum += growth.grown;
      *count = sum;
    }
  }
  counts.sources = counts.critical ? Known<std::uint64_t>(sources.size())
                                   : Known<std::uint64_t>::unknown(counts.critical.why);
  std::map<SeriesLabels, Growth> restarts;
  asked = samples.raw(kRestarts, window, [&](const SeriesLabels& labels, std::span<const Sample> values) {
    restarts[labels].add(values);
  });
  if (!asked) {
    counts.restarts = Known<std::uint64_t>::unknown(
        fmt::format("Prometheus could not be queried ({})", asked.error().message));
  } else if (restarts.empty()) {
    counts.restarts = Known<std::uint64_t>::unknown("Prometheus has no counts of restarts in that hour");
  } else {
    std::uint64_t sum = 0;
    for (const auto& [labels, growth] : restarts) sum += growth.grown;
    counts.restarts = sum;
  }
  counts.critical_limit = limit_of(samples, "salus:log_critical_events:limit", to);
  counts.errors_limit = limit_of(samples, "salus:log_errors:limit", to);
  return counts;
}

Notice::Pairs breach_fields(std::span<const Alert> alerts, const BreachCounts& counts) {
  const auto breach = breach_of(alerts);
  if (!breach) return {};
  const std::string reason = reason_of(alerts, counts);
  Notice::Pairs fields{{"reason", reason.empty() ? breach->front().second : reason}};
  for (const Kind& kind : kKinds) {
    if (const auto& count = counts.*kind.count) {
      fields.emplace_back(kind.field, std::to_string(*count));
      continue;
    }
    const auto annotated =
        std::ranges::find(*breach, kind.field, &std::pair<std::string, std::string>::first);
    if (annotated != breach->end()) fields.push_back(*annotated);
  }
  return fields;
}

}  // namespace healer::reports
