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
  std::optional<std::uint64_t> BreachCounts::* limit;  // nullptr: none is recorded
};
constexpr std::array<Kind, 4> kKinds{{
    {"critical events", "critical_events", &BreachCounts::critical, &BreachCounts::critical_limit},
    {"errors", "errors", &BreachCounts::errors, &BreachCounts::errors_limit},
    {"warnings", "warnings", &BreachCounts::warnings, nullptr},
    {"container restarts", "container_restarts", &BreachCounts::restarts, &BreachCounts::restarts_limit},
}};

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

constexpr std::string_view kSeparator = "; ";

// The part of an alert's annotation `breach` that is about this kind: "490 errors (threshold: 50)"; empty:
// none.
std::string_view phrase_in(std::string_view breach, std::string_view words) {
  while (!breach.empty()) {
    const std::string_view part = breach.substr(0, breach.find(kSeparator));
    if (part.find(fmt::format(" {} (threshold: ", words)) != std::string_view::npos) return part;
    breach.remove_prefix(std::min(breach.size(), part.size() + kSeparator.size()));
  }
  return {};
}

std::optional<std::uint64_t> threshold_in(std::string_view phrase) {
  constexpr std::string_view kThreshold = " (threshold: ";
  const auto at = phrase.find(kThreshold);
  return at == std::string_view::npos ? std::nullopt : number_in(phrase.substr(at + kThreshold.size()));
}

// Empty if the limit of this kind is not reached. Where the counts do not show what an alert reports, its own
// phrase: of several, that with the largest count.
std::string phrase_of(const Kind& kind, std::span<const Alert> alerts, const BreachCounts& counts) {
  std::string_view annotated;
  for (const Alert& alert : alerts) {
    const auto breach = alert.annotations.find("breach");
    if (breach == alert.annotations.end()) continue;
    const std::string_view phrase = phrase_in(breach->second, kind.words);
    if (annotated.empty() || number_in(phrase) > number_in(annotated)) annotated = phrase;
  }
  const auto limit =
      kind.limit != nullptr && counts.*kind.limit ? counts.*kind.limit : threshold_in(annotated);
  const Known<std::uint64_t>& count = counts.*kind.count;
  if (limit && count && *count >= *limit)
    return fmt::format("{} {} (threshold: {})", *count, kind.words, *limit);
  return std::string(annotated);
}

// Of a rule of the operator's own, which counts something else.
bool is_of_a_kind(std::string_view breach) {
  return std::ranges::any_of(kKinds,
                             [&](const Kind& kind) { return !phrase_in(breach, kind.words).empty(); });
}

std::string reason_of(std::span<const Alert> alerts, const BreachCounts& counts) {
  std::vector<std::string> phrases;
  for (const Kind& kind : kKinds) {
    if (auto phrase = phrase_of(kind, alerts, counts); !phrase.empty()) phrases.push_back(std::move(phrase));
  }
  for (const Alert& alert : alerts) {
    const auto breach = alert.annotations.find("breach");
    if (breach != alert.annotations.end() && !breach->second.empty() && !is_of_a_kind(breach->second))
      phrases.push_back(breach->second);
  }
  return fmt::format("{}", fmt::join(phrases, kSeparator));
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
  counts.restarts_limit = limit_of(samples, "salus:container_restarts:limit", to);
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
