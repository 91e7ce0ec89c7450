#include "exporter/tail/collector.h"

#include <string>

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/golden.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using exporter::tail::EngineView;
using exporter::tail::kTopPatterns;
using exporter::tail::log_metrics;
using exporter::tail::ShownSource;
using exporter::tail::Trouble;

namespace {

using Shown = std::map<std::string, std::vector<log_analysis::PatternId>>;

log_analysis::Pattern pattern(log_analysis::PatternId id, std::uint64_t count) {
  log_analysis::Pattern pattern;
  pattern.id = id;
  pattern.level = log_analysis::Level::error;
  pattern.count = count;
  return pattern;
}

bool has(const std::string& page, log_analysis::PatternId id) {
  return page.find("pattern=\"" + log_analysis::hex(id) + "\"") != std::string::npos;
}

}  // namespace

TEST_CASE("the page of two sources") {
  ShownSource bot{.source = "quantum_bot", .trouble = Trouble::none, .view = {}};
  bot.view.counts.events = {10, 2, 3, 1};
  bot.view.counts.lines = 40;
  bot.view.counts.bytes = 4000;
  bot.view.counts.truncated = 1;
  bot.view.counts.last_line = base::WallTime(std::chrono::milliseconds(1765944000500));
  bot.view.new_patterns = {1, 0, 2, 0};
  bot.view.top = {pattern(0x1234, 13), pattern(0xabcd, 2), pattern(log_analysis::Miner::kOther, 1)};
  const ShownSource missing{.source = "missing", .trouble = Trouble::missing, .view = {}};
  const EngineView view{.sources = {missing, bot},
                        .state_written = true,
                        .write_failures = 1,
                        .written = base::WallTime(std::chrono::seconds(1765944001)),
                        .write_duration = std::chrono::milliseconds(4),
                        .quarantined = false};
  Shown shown;
  const auto page = base::expose(log_metrics(view, shown));
  REQUIRE(tests::page_difference("logs.prom", page) == "");
}

TEST_CASE("a container that was removed has counts, and is neither readable nor unreadable") {
  ShownSource removed{.source = "build", .trouble = Trouble::none, .removed = true, .view = {}};
  removed.view.counts.events = {0, 0, 3, 0};
  removed.view.counts.last_line = base::WallTime(std::chrono::seconds(1765944000));
  EngineView view;
  view.sources = {removed};
  Shown shown;
  const auto page = base::expose(log_metrics(view, shown));
  REQUIRE(page.find("salus_log_events_total{level=\"error\",source=\"build\"} 3\n") != std::string::npos);
  for (const char* family :
       {"salus_log_source_up{", "salus_log_source_error{", "salus_log_last_line_timestamp_seconds{"})
    REQUIRE(page.find(family) == std::string::npos);
}

TEST_CASE("before the first checkpoint nothing claims to be written") {
  Shown shown;
  const auto page = base::expose(log_metrics({}, shown));
  REQUIRE(page.find("salus_log_state_written_timestamp_seconds") == std::string::npos);
  REQUIRE(page.find("salus_log_state_write_success 0") != std::string::npos);
}

TEST_CASE("a pattern that is a series stays one while it is frequent at all") {
  EngineView view;
  view.sources.push_back({.source = "bot", .trouble = Trouble::none, .view = {}});
  auto& top = view.sources[0].view.top;
  for (std::size_t i = 0; i < kTopPatterns; ++i) top.push_back(pattern(i + 1, 1000 - i));
  Shown shown;
  REQUIRE(has(base::expose(log_metrics(view, shown)), kTopPatterns));

  // Another overtakes the last of them: it waits for a place.
  top.insert(top.begin(), pattern(999, 5000));
  const auto page = base::expose(log_metrics(view, shown));
  REQUIRE(has(page, kTopPatterns));
  REQUIRE_FALSE(has(page, 999));

  // One is no longer among the frequent: its place is free.
  top.pop_back();
  const auto next = base::expose(log_metrics(view, shown));
  REQUIRE_FALSE(has(next, kTopPatterns));
  REQUIRE(has(next, 999));
}

TEST_CASE("a collector shows what its checkpoint made durable, and says when it could not") {
  const tests::TemporaryFolder folder;
  const tests::FakeClock clock;
  exporter::tail::Engine engine(clock);
  folder.write("file", "");
  exporter::tail::LogsCollector collector(engine, {folder.file("file/state"), {}});
  const auto deadline = base::Deadline::after(clock, std::chrono::seconds(1));
  auto families = collector.collect(deadline);
  REQUIRE(families);
  REQUIRE(base::expose(*families).find("salus_log_state_write_success 0") != std::string::npos);
  std::filesystem::remove(folder.file("file"));
  std::filesystem::create_directory(folder.file("file"));
  families = collector.collect(deadline);
  REQUIRE(families);
  REQUIRE(base::expose(*families).find("salus_log_state_write_success 1") != std::string::npos);
}
