// Log events by container, level and hour, and the patterns behind them.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text/json.h"
#include "base/text/utf8.h"
#include "healer/reports/data/gather.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// If nothing was scraped for five minutes around the edge of an hour, the hour is unknown. Its events are
// then counted at the end of the gap.
constexpr const char* kCounts =
    "sum by (source, level) (salus_log_events_total{level=~\"critical|error|warning\"})";

struct Hours {
  std::vector<std::optional<std::uint64_t>> counts;  // one per hour; nullopt: unknown
  std::vector<std::uint64_t> late;                   // counted after a gap, for unknown hours
};

Hours hours_of(std::span<const Sample> points, Window window) {
  const auto n = static_cast<std::size_t>(window.length() / base::Duration(1h));
  Hours hours{.counts = std::vector<std::optional<std::uint64_t>>(n), .late = std::vector<std::uint64_t>(n)};
  for (std::size_t i = 1; i < points.size(); ++i) {
    const auto end = (points[i].at - window.from + 1s) / base::Duration(1h);
    if (end < 1 || static_cast<std::size_t>(end) > n) continue;
    const auto hour = static_cast<std::size_t>(end - 1);
    const std::uint64_t grown = growth_of_counter(points.subspan(i - 1, 2));
    if (points[i].at - points[i - 1].at < 90min) {
      hours.counts[hour] = grown;
    } else {
      hours.late[hour] = grown;
    }
  }
  return hours;
}

using Levels = std::map<std::string, Hours>;

std::uint64_t sum(const Levels& levels, const char* level, std::size_t from, std::size_t to, bool& known) {
  const auto found = levels.find(level);
  std::uint64_t all = 0;
  if (found == levels.end()) return 0;
  for (std::size_t i = from; i < std::min(to, found->second.counts.size()); ++i) {
    known = known || found->second.counts[i].has_value();
    all += found->second.counts[i].value_or(0) + found->second.late[i];
  }
  return all;
}

LogSource source_of(const std::string& name, const Levels& levels, Window window) {
  LogSource source{.name = name, .critical = 0, .errors = 0, .warnings = 0, .days = {}};
  const auto n = static_cast<std::size_t>(window.length() / base::Duration(1h));
  for (std::size_t from = 0; from < n; from += 24) {
    bool known = false;
    const std::uint64_t critical = sum(levels, "critical", from, from + 24, known);
    const std::uint64_t errors = sum(levels, "error", from, from + 24, known);
    const std::uint64_t warnings = sum(levels, "warning", from, from + 24, known);
    source.critical += critical;
    source.errors += errors;
    source.warnings += warnings;
    LogDay day{.from = window.from + std::chrono::hours(from), .critical = {}, .errors = {}, .warnings = {}};
    if (known) {
      day.critical = critical;
      day.errors = errors;
      day.warnings = warnings;
    } else {
      for (auto* figure : {&day.critical, &day.errors, &day.warnings})
        figure->why = "the logs were not monitored";
    }
    source.days.push_back(std::move(day));
  }
  return source;
}

// Thresholds apply to the sum of all sources, as in rules/logs.rules.yml.
void find_hours_over(const std::map<std::string, Levels>& all, const ReportsConfig& config, Window window,
                     Logs& logs) {
  const auto n = static_cast<std::size_t>(window.length() / base::Duration(1h));
  for (std::size_t hour = 0; hour < n; ++hour) {
    HourOver over{.hour = window.from + std::chrono::hours(hour), .critical = 0, .errors = 0};
    bool known = false;
    for (const auto& [name, levels] : all) {
      for (const auto& [level, hours] : levels) {
        if (!hours.counts[hour]) continue;
        known = true;
        if (level == "critical") over.critical += *hours.counts[hour];
        if (level == "error") over.errors += *hours.counts[hour];
      }
    }
    logs.hours_known += known ? 1 : 0;
    if (over.critical >= config.critical_per_hour || over.errors >= config.errors_per_hour)
      logs.hours_over.push_back(over);
  }
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

void gather_log_counts(Samples& samples, const ReportsConfig& config, Window window, Logs& logs,
                       std::vector<Query>& queries) {
  queries.push_back({"log events, every hour", kCounts});
  std::map<std::string, Levels> all;
  auto asked =
      samples.range(kCounts, window, 1h, [&](const SeriesLabels& labels, std::span<const Sample> points) {
        const auto source = labels.find("source");
        const auto level = labels.find("level");
        if (source == labels.end() || level == labels.end()) return;
        all[source->second][level->second] = hours_of(points, window);
      });
  if (!asked) {
    logs.sources = Known<std::vector<LogSource>>::unknown(
        fmt::format("Prometheus could not be queried ({})", asked.error().message));
    return;
  }
  if (all.empty()) {
    logs.sources =
        Known<std::vector<LogSource>>::unknown("Prometheus has no counts of log events within the window");
    return;
  }
  std::vector<LogSource> sources;
  for (const auto& [name, levels] : all) sources.push_back(source_of(name, levels, window));
  std::ranges::stable_sort(sources, std::ranges::greater(),
                           [](const LogSource& each) { return each.critical + each.errors; });
  logs.sources = std::move(sources);
  find_hours_over(all, config, window, logs);
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
