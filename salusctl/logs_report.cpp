#include "salusctl/logs_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <ranges>

#include "base/text/duration.h"
#include "base/text/utf8.h"

namespace healer::salusctl {

namespace {

using log_analysis::Level;
using log_analysis::Pattern;
using nlohmann::json;

constexpr std::array<Level, log_analysis::kLevels> kWorstFirst{Level::critical, Level::error, Level::warning,
                                                               Level::info};
constexpr std::size_t kMostHours = 24;

std::uint64_t of(const LevelCounts& counts, Level level) { return counts[static_cast<std::size_t>(level)]; }

// 16002 as "16,002".
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string megabytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

std::string to_second(base::WallTime at) {
  std::string text = base::rfc3339(at).substr(0, 19);
  text[10] = ' ';
  return text;
}

std::string to_hour(std::int64_t hour) {
  return to_second(base::WallTime(std::chrono::hours(hour))).substr(0, 16);
}

class Paint {
 public:
  explicit Paint(bool wanted) : wanted_(wanted) {}
  std::string head(const std::string& text) const { return in("1", text); }
  std::string level(Level level, const std::string& text) const {
    switch (level) {
      case Level::critical:
        return in("1;31", text);
      case Level::error:
        return in("31", text);
      case Level::warning:
        return in("33", text);
      case Level::info:
        break;
    }
    return text;
  }

 private:
  std::string in(std::string_view code, const std::string& text) const {
    return wanted_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
  }
  bool wanted_;
};

bool over(const LevelCounts& counts, const LogsScan& scan) {
  return of(counts, Level::critical) >= scan.critical_per_hour ||
         of(counts, Level::error) >= scan.errors_per_hour;
}

std::vector<Pattern> new_patterns(const std::vector<Pattern>& all, base::WallTime from) {
  std::vector<Pattern> fresh;
  std::ranges::copy_if(all, std::back_inserter(fresh), [&](const Pattern& one) {
    return one.first_seen >= from && one.id != log_analysis::Miner::kOther;
  });
  // The most severe first.
  std::ranges::stable_sort(fresh, std::greater<>(), &Pattern::level);
  return fresh;
}

std::string pattern_lines(const std::vector<Pattern>& patterns, std::size_t most, const Paint& paint) {
  std::string text = fmt::format("  {:>12}  {:8}  {:16}  {}\n", "events", "level", "pattern", "words");
  for (const Pattern& one : patterns | std::views::take(most)) {
    const std::string level(log_analysis::name(one.level));
    text += fmt::format("  {:>12}  {}  {}  {}\n", grouped(one.count),
                        paint.level(one.level, fmt::format("{:8}", level)), log_analysis::hex(one.id),
                        base::excerpt(one.words, log_analysis::Miner::kMaxText));
  }
  if (patterns.size() > most) text += fmt::format("  … and {} more\n", grouped(patterns.size() - most));
  return text;
}

std::string hour_lines(const LogsFound& found, const LogsScan& scan, const Paint& paint) {
  std::string text;
  std::size_t shown = 0;
  std::size_t all = 0;
  for (const auto& [hour, counts] : found.hours) {
    if (!over(counts, scan)) continue;
    if (++all > kMostHours) continue;
    ++shown;
    text +=
        fmt::format("  {}  {}  {}\n", to_hour(hour),
                    paint.level(Level::critical, fmt::format("{:>12}", grouped(of(counts, Level::critical)))),
                    paint.level(Level::error, fmt::format("{:>12}", grouped(of(counts, Level::error)))));
  }
  if (all > shown) text += fmt::format("  … and {} more\n", all - shown);
  const std::string head = paint.head(fmt::format("Hours over threshold (critical ≥ {}, errors ≥ {})",
                                                  scan.critical_per_hour, scan.errors_per_hour));
  if (!found.timed) return head + "\n  unknown: no line has a time\n";
  if (all == 0) return head + "\n  none\n";
  return fmt::format("{}\n  {:16}  {:>12}  {:>12}\n", head, "hour (UTC)", "critical", "errors") + text;
}

json pattern_json(const Pattern& one, bool fresh, bool timed) {
  json pattern{{"id", log_analysis::hex(one.id)},
               {"level", log_analysis::name(one.level)},
               {"words", one.words},
               {"count", one.count},
               {"new", fresh},
               {"example", one.example}};
  if (timed) {
    pattern["first_seen"] = base::rfc3339(one.first_seen);
    pattern["last_seen"] = base::rfc3339(one.last_seen);
  }
  return pattern;
}

}  // namespace

base::WallTime Since::from(const LogsFound& found) const {
  if (at) return *at;
  if (before_last) return found.last - std::min(*before_last, found.last.time_since_epoch());
  // Later than the first event, even if it is the only one: a pattern of the first event is not new.
  return found.first + (found.last - found.first) / 10 * 9 + std::chrono::nanoseconds(1);
}

base::Result<Since> parse_since(std::string_view text) {
  if (text.empty()) return Since{};
  if (const auto length = base::parse_duration(text))
    return Since{.before_last = *length, .at = std::nullopt};
  const auto time = base::parse_rfc3339(text);
  if (!time)
    return base::fail("--since: \"{}\" is neither a duration such as 24h nor an RFC 3339 time", text);
  return Since{.before_last = std::nullopt, .at = *time};
}

std::string per_line_text(const LogsFound& found) {
  std::string text;
  std::string line;
  for (const LogsFound::Place& place : found.places) {
    line = fmt::format("{}\t{}\n", log_analysis::name(place.level),
                       log_analysis::hex(found.book.resolve(place.pattern)));
    for (unsigned i = 0; i < place.lines; ++i) text += line;
  }
  return text;
}

std::string summary_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from) {
  const Paint paint(scan.colour);
  const std::uint64_t events = std::accumulate(found.events.begin(), found.events.end(), std::uint64_t{0});
  std::string text =
      fmt::format("{} lines, {} events, {}", grouped(found.lines), grouped(events), megabytes(found.bytes));
  if (found.timed) text += fmt::format(", {} to {} (UTC)", to_second(found.first), to_second(found.last));
  if (found.cut > 0) text += fmt::format(", {} lines cut at 64 KiB", grouped(found.cut));
  text += "\n\n" + paint.head("Events by level") + "\n";
  for (const Level level : kWorstFirst) {
    const std::string name(log_analysis::name(level));
    text += fmt::format("  {}  {:>12}\n", paint.level(level, fmt::format("{:8}", name)),
                        grouped(of(found.events, level)));
  }
  text += "\n" + hour_lines(found, scan, paint);
  const std::vector<Pattern> all = found.book.all(found.last);
  text += "\n" + paint.head(fmt::format("Patterns ({})", grouped(all.size()))) + "\n";
  text += pattern_lines(all, scan.top, paint);
  const std::vector<Pattern> fresh = new_patterns(all, new_from);
  const std::string since = found.timed ? fmt::format("first seen since {} UTC", to_second(new_from))
                                        : "first seen in the last lines";
  text += "\n" + paint.head(fmt::format("New patterns ({}; {})", grouped(fresh.size()), since)) + "\n";
  text += fresh.empty() ? "  none\n" : pattern_lines(fresh, scan.top, paint);
  return text;
}

std::string json_text(const LogsFound& found, const LogsScan& scan, base::WallTime new_from) {
  json document{{"lines", found.lines}, {"bytes", found.bytes}, {"lines_truncated", found.cut}};
  json& events = document["events"] = json::object();
  for (const Level level : kWorstFirst)
    events[std::string(log_analysis::name(level))] = of(found.events, level);
  if (found.timed) {
    document["first"] = base::rfc3339(found.first);
    document["last"] = base::rfc3339(found.last);
  }
  json& hours = document["hours_over_threshold"] = json::array();
  for (const auto& [hour, counts] : found.hours) {
    if (!over(counts, scan)) continue;
    hours.push_back({{"hour", base::rfc3339(base::WallTime(std::chrono::hours(hour)))},
                     {"critical", of(counts, Level::critical)},
                     {"error", of(counts, Level::error)}});
  }
  json& patterns = document["patterns"] = json::array();
  for (const Pattern& one : found.book.all(found.last)) {
    patterns.push_back(
        pattern_json(one, one.first_seen >= new_from && one.id != log_analysis::Miner::kOther, found.timed));
  }
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string progress_line(std::uint64_t bytes, std::uint64_t expected) {
  if (expected < bytes) return megabytes(bytes);
  constexpr std::size_t kWidth = 30;
  const double share = expected == 0 ? 1 : static_cast<double>(bytes) / static_cast<double>(expected);
  const auto full = static_cast<std::size_t>(share * kWidth);
  return fmt::format("{:3.0f} % [{}{}] {} of {}", 100 * share, std::string(full, '#'),
                     std::string(kWidth - full, ' '), megabytes(bytes), megabytes(expected));
}

}  // namespace healer::salusctl
