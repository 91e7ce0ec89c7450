#include "salusctl/logs_report.h"

#include "tests/catch.h"

using namespace std::chrono_literals;
using healer::salusctl::LogsFound;
using healer::salusctl::LogsScan;
using healer::salusctl::parse_since;
using healer::salusctl::summary_text;
using log_analysis::Level;

namespace {

const base::WallTime kStart = *base::parse_rfc3339("2025-01-02T03:00:00Z");

void add(LogsFound& found, const std::string& text, Level level, base::WallTime at) {
  found.book.add({.at = at, .level = level, .text = text, .message = text, .header = 0, .lines = 1});
  const auto index = static_cast<std::size_t>(level);
  ++found.events[index];
  ++found.hours[at.time_since_epoch() / 1h][index];
  ++found.lines;
  found.bytes += text.size() + 1;
  found.first = found.lines == 1 ? at : std::min(found.first, at);
  found.last = std::max(found.last, at);
  found.timed = true;
}

LogsFound some() {
  LogsFound found;
  for (int i = 0; i < 1200; ++i)
    add(found, "order " + std::to_string(i) + " placed", Level::info, kStart + i * 3s);
  for (int i = 0; i < 50; ++i) add(found, "order lost", Level::error, kStart + 1h);
  for (int i = 0; i < 4; ++i) add(found, "cannot write state", Level::critical, kStart + 2h);
  return found;
}

}  // namespace

TEST_CASE("the summary shows levels, hours over threshold, patterns and what is new") {
  const LogsFound found = some();
  const base::WallTime from = parse_since("")->from(found);
  CHECK(base::rfc3339(from) == "2025-01-02T04:48:00.000Z");
  CHECK(summary_text(found, {.top = 2}, from) ==
        "1,254 lines, 1,254 events, 0.0 MB, 2025-01-02 03:00:00 to 2025-01-02 05:00:00 (UTC)\n"
        "\n"
        "Events by level\n"
        "  critical             4\n"
        "  error               50\n"
        "  warning              0\n"
        "  info             1,200\n"
        "\n"
        "Hours over threshold (critical ≥ 5, errors ≥ 50)\n"
        "  hour (UTC)            critical        errors\n"
        "  2025-01-02 04:00             0            50\n"
        "\n"
        "Patterns (3)\n"
        "        events  level     pattern           words\n"
        "         1,200  info      d24f1703deb2f60a  order <*> placed\n"
        "            50  error     060882372e8f9065  order lost\n"
        "  … and 1 more\n"
        "\n"
        "New patterns (1; first seen since 2025-01-02 04:48:00 UTC)\n"
        "        events  level     pattern           words\n"
        "             4  critical  bf41cac21d5f9cf9  cannot write state\n");
}

TEST_CASE("thresholds can be set") {
  const LogsFound found = some();
  const std::string text = summary_text(found, {.critical_per_hour = 4, .errors_per_hour = 51}, kStart);
  CHECK(text.find("2025-01-02 05:00             4             0\n") != std::string::npos);
  CHECK(text.find("2025-01-02 04:00") == std::string::npos);
}

TEST_CASE("colour marks levels only when it is wanted") {
  const LogsFound found = some();
  CHECK(summary_text(found, {}, kStart).find('\x1b') == std::string::npos);
  CHECK(summary_text(found, {.colour = true}, kStart).find("\x1b[31merror   \x1b[0m") != std::string::npos);
}

TEST_CASE("since when a pattern is new can be said as a time or a length") {
  LogsFound found;
  found.first = kStart;
  found.last = kStart + 100h;
  CHECK(parse_since("24h")->from(found) == kStart + 76h);
  CHECK(parse_since("2025-01-03T00:00:00Z")->from(found) == kStart + 21h);
  CHECK(parse_since("")->from(found) == kStart + 90h + 1ns);
  CHECK_FALSE(parse_since("soon"));
}

TEST_CASE("what was there from the beginning is not new") {
  LogsFound found;
  add(found, "only one line", Level::info, kStart);
  CHECK(summary_text(found, {}, parse_since("")->from(found)).ends_with("  none\n"));
}

TEST_CASE("an empty log has a summary, too") {
  const LogsFound found;
  const std::string text = summary_text(found, {}, parse_since("")->from(found));
  CHECK_THAT(text, Catch::StartsWith("0 lines, 0 events, 0.0 MB\n"));
  CHECK(text.find("unknown: no line has a time") != std::string::npos);
}

TEST_CASE("progress shows a share where the size is known") {
  using healer::salusctl::progress_line;
  CHECK(progress_line(50'000'000, 200'000'000) ==
        " 25 % [#######                       ] 50.0 MB of 200.0 MB");
  CHECK(progress_line(50'000'000, 0) == "50.0 MB");
}

TEST_CASE("what a log says does not reach the terminal as commands to it") {
  LogsFound found;
  add(found, "\x1b]0;owned\a lost \xC2\x9B 2J \b all", Level::error, kStart);
  const std::string text = summary_text(found, {.top = 2}, kStart);
  CHECK(text.find("lost") != std::string::npos);
  CHECK(text.find_first_of("\x1b\a\b\x9B") == std::string::npos);
}
