// Log events by container, level and hour, and the patterns behind them.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "base/text/json.h"
#include "base/text/utf8.h"
#include "healer/reports/data/counters.h"
#include "healer/reports/data/gather.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kCounts = "salus_log_events_total{level=~\"critical|error|warning\",source!=\"\"}";
// A series without a sample for this long has a gap. Events that are counted after a gap which crosses the
// edge of an hour may be of either hour: both are unknown.
constexpr base::Duration kGap = 10min;

std::string label(const SeriesLabels& labels, const char* name) {
  const auto found = labels.find(name);
  return found == labels.end() ? "" : found->second;
}

// Events of one source and level.
struct Counts {
  Known<std::uint64_t> sum = Known<std::uint64_t>::unknown("Prometheus has too few samples of it");
  std::vector<std::uint64_t> hours;
};
struct SourceCounts {
  std::map<std::string, Counts> levels;
  bool exists = false;  // at the newest sample
};

class LogCounts {
 public:
  explicit LogCounts(Window window)
      : window_(window),
        hours_(static_cast<std::size_t>(window.length() / base::Duration(1h))),
        ambiguous_(hours_) {}

  void add(const SeriesLabels& labels, const CounterStep& step) {
    if (hours_ == 0) return;
    Counts& counts = at(labels);
    const std::size_t hour = hour_of(step.to);
    counts.hours[hour] += step.grown;
    if (label(labels, "level") == "warning" || step.to - step.from <= kGap) return;
    const std::size_t first = hour_of(step.from + 2ms);
    for (std::size_t each = first; first != hour && each <= hour; ++each) ambiguous_[each] = true;
  }

  void finish(const CounterGrowth& growth) {
    for (const auto& [labels, series] : growth.series) {
      Counts& counts = at(labels);
      if (series.known) counts.sum = counts.sum.value.value_or(0) + series.grown;
      SourceCounts& source = sources_[label(labels, "source")];
      source.exists = source.exists || growth.exists(series);
    }
    since_ = growth.since.value_or(window_.to);
    until_ = growth.until.value_or(window_.from);
  }

  // Whether all events of the hour are counted, and no others.
  bool known(std::size_t hour) const {
    const base::WallTime from = window_.from + std::chrono::hours(hour);
    return since_ <= from + kGap && until_ >= from + 1h - kGap && !ambiguous_[hour];
  }
  // Whether any of this time was monitored.
  bool observed(base::WallTime from, base::WallTime to) const { return since_ < to && until_ > from; }
  std::size_t hours() const { return hours_; }
  const std::map<std::string, SourceCounts>& sources() const { return sources_; }

 private:
  Counts& at(const SeriesLabels& labels) {
    Counts& counts = sources_[label(labels, "source")].levels[label(labels, "level")];
    counts.hours.resize(hours_);
    return counts;
  }
  // A sample holds what happened before it: that of the full hour belongs to the hour that ends then.
  std::size_t hour_of(base::WallTime time) const {
    const auto since = std::max(base::Duration::zero(), time - window_.from - 1ms);
    return std::min(static_cast<std::size_t>(since / base::Duration(1h)), hours_ - 1);
  }

  Window window_;
  std::size_t hours_;
  std::vector<bool> ambiguous_;
  std::map<std::string, SourceCounts> sources_;
  base::WallTime since_{}, until_{};
};

LogSource source_of(const std::string& name, const SourceCounts& counts, const LogCounts& all,
                    Window window) {
  LogSource source{.name = name, .critical = {}, .errors = {}, .warnings = {}, .days = {}};
  const std::array levels{std::tuple("critical", &LogSource::critical, &LogDay::critical),
                          std::tuple("error", &LogSource::errors, &LogDay::errors),
                          std::tuple("warning", &LogSource::warnings, &LogDay::warnings)};
  for (std::size_t from = 0; from < all.hours(); from += 24) {
    const base::WallTime begin = window.from + std::chrono::hours(from);
    source.days.push_back({.from = begin, .critical = {}, .errors = {}, .warnings = {}});
  }
  for (const auto& [level, of_source, of_day] : levels) {
    const auto found = counts.levels.find(level);
    if (found == counts.levels.end()) {
      (source.*of_source).why = "the exporter does not count this level";
    } else {
      source.*of_source = found->second.sum;
    }
    for (std::size_t day = 0; day < source.days.size(); ++day) {
      Known<std::uint64_t>& figure = source.days[day].*of_day;
      const base::WallTime begin = source.days[day].from;
      figure.why = "the logs were not monitored";
      if (!(source.*of_source) || !all.observed(begin, std::min(begin + 24h, window.to))) continue;
      const auto& hours = found->second.hours;
      const auto first = hours.begin() + static_cast<std::ptrdiff_t>(day * 24);
      figure =
          std::accumulate(first, first + std::min<std::ptrdiff_t>(24, hours.end() - first), std::uint64_t{0});
    }
  }
  return source;
}

// The newest within the window, as rules/logs.rules.yml records them.
Known<LogLimits> limits_of(Samples& samples, Window window) {
  const auto limit_of = [&](const char* record) -> Known<std::uint64_t> {
    Known<std::uint64_t> limit = Known<std::uint64_t>::unknown(
        fmt::format("Prometheus has no samples of {} within the window", record));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(window.length()).count();
    const auto asked = samples.at(fmt::format("max(last_over_time({}[{}s]))", record, seconds), window.to,
                                  [&](const SeriesLabels&, std::span<const Sample> values) {
                                    if (!values.empty() && values.back().value >= 1)
                                      limit = static_cast<std::uint64_t>(values.back().value);
                                  });
    if (!asked) {
      limit = Known<std::uint64_t>::unknown(
          fmt::format("Prometheus could not be queried ({})", asked.error().message));
    }
    return limit;
  };
  const auto critical = limit_of("salus:log_critical_events:limit");
  const auto errors = limit_of("salus:log_errors:limit");
  if (!critical || !errors) return Known<LogLimits>::unknown(critical ? errors.why : critical.why);
  return LogLimits{.critical = *critical, .errors = *errors};
}

// Thresholds apply to the sum of all sources, as in rules/logs.rules.yml.
void find_hours_over(const LogCounts& all, Window window, Logs& logs) {
  for (std::size_t hour = 0; hour < all.hours(); ++hour) {
    HourOver over{.hour = window.from + std::chrono::hours(hour), .critical = 0, .errors = 0};
    for (const auto& [name, source] : all.sources()) {
      for (const auto& [level, counts] : source.levels) {
        if (level == "critical") over.critical += counts.hours[hour];
        if (level == "error") over.errors += counts.hours[hour];
      }
    }
    logs.hours_known += all.known(hour) ? 1 : 0;
    if (logs.limits && (over.critical >= logs.limits->critical || over.errors >= logs.limits->errors))
      logs.hours_over.push_back(over);
  }
}

// A removed source without events has nothing to report.
bool worth_a_row(const LogSource& source, bool exists) {
  return exists || source.critical.value.value_or(0) + source.errors.value.value_or(0) +
                           source.warnings.value.value_or(0) >
                       0;
}

// ---- patterns ----------------------------------------------------------------------------------

std::string text_at(const json& object, const char* key, std::size_t most) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string()
             ? base::excerpt(found->get_ref<const std::string&>(), most)
             : "";
}

base::WallTime time_at(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return base::parse_rfc3339(found->get<std::string>()).value_or(base::WallTime{});
}

PatternLine pattern_of(const json& object, Window window) {
  PatternLine line{.source = text_at(object, "source", 64),
                   .id = text_at(object, "id", 32),
                   .level = text_at(object, "level", 16),
                   .words = text_at(object, "words", 160),
                   .standing = text_at(object, "status", 16),
                   .example = text_at(object, "example", 240),
                   .count = 0,
                   .share = 0,
                   .first_seen = time_at(object, "first_seen"),
                   .last_seen = time_at(object, "last_seen"),
                   .per_day = {}};
  line.per_day.resize(static_cast<std::size_t>((window.length() + 24h - 1ns) / base::Duration(24h)));
  const auto hours = object.find("hours");
  if (hours == object.end() || !hours->is_array()) return line;
  for (const json& hour : *hours) {
    if (!hour.is_object() || !hour.contains("count") || !hour["count"].is_number_unsigned()) continue;
    const base::WallTime at = time_at(hour, "time");
    if (at < window.from || at >= window.to) continue;
    const auto n = hour["count"].get<std::uint64_t>();
    line.count += n;
    line.per_day[static_cast<std::size_t>((at - window.from) / base::Duration(24h))] +=
        static_cast<double>(n);
  }
  return line;
}

}  // namespace

void gather_log_counts(Samples& samples, Window window, Logs& logs, std::vector<Query>& queries) {
  queries.push_back({"log events, raw samples", kCounts});
  LogCounts all(window);
  const auto growth =
      count_growth(samples, kCounts, window,
                   [&](const SeriesLabels& labels, const CounterStep& step) { all.add(labels, step); });
  if (!growth) {
    logs.sources = Known<std::vector<LogSource>>::unknown(
        fmt::format("Prometheus could not be queried ({})", growth.error().message));
    return;
  }
  if (growth->series.empty()) {
    logs.sources =
        Known<std::vector<LogSource>>::unknown("Prometheus has no counts of log events within the window");
    return;
  }
  all.finish(*growth);
  logs.since = growth->since;
  std::vector<LogSource> sources;
  for (const auto& [name, counts] : all.sources()) {
    LogSource source = source_of(name, counts, all, window);
    if (worth_a_row(source, counts.exists)) sources.push_back(std::move(source));
  }
  std::ranges::stable_sort(sources, std::ranges::greater(), [](const LogSource& each) {
    return each.critical.value.value_or(0) + each.errors.value.value_or(0);
  });
  logs.sources = std::move(sources);
  logs.limits = limits_of(samples, window);
  find_hours_over(all, window, logs);
}

base::Result<> read_patterns(std::string_view text, Window window, Logs& logs) {
  const auto document = base::parse_json(text);
  if (!document) return std::unexpected(document.error());
  const json* data = base::at_pointer(*document, "/data");
  if (data == nullptr || !data->is_array()) return base::fail("the response has no patterns");
  std::vector<PatternLine> lines;
  std::uint64_t all = 0;
  for (const json& each : *data) {
    if (!each.is_object()) continue;
    PatternLine line = pattern_of(each, window);
    if (line.level != "critical" && line.level != "error") continue;
    if (line.standing != "steady" && !line.standing.empty()) ++logs.standings[line.standing];
    all += line.count;
    if (line.count > 0) lines.push_back(std::move(line));
  }
  for (PatternLine& line : lines) line.share = static_cast<double>(line.count) / static_cast<double>(all);
  std::ranges::stable_sort(lines, std::ranges::greater(), &PatternLine::count);
  if (lines.size() > 10) lines.resize(10);
  logs.top = std::move(lines);
  return {};
}

}  // namespace healer::reports
