#include "healer/reports/data/log_evidence.h"

#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using tests::log_event;
using namespace std::chrono_literals;

namespace {

const Window kHour{kBegan - 1h, kBegan};

std::vector<LogLine> read(const std::string& list, const char* level = "error") {
  auto lines = read_events(R"({"status":"success","data":[)" + list + "]}", level, kHour);
  REQUIRE(lines);
  return *lines;
}

}  // namespace

TEST_CASE("events are read by level and hour, newest first, each as its first line without secrets") {
  const auto lines =
      read(log_event(-20, "bot", "error", "a", "ERROR old") + "," +
           log_event(-10, "bot", "error", "a", R"(password=hunter2hunter2 refused\nTraceback)") + "," +
           log_event(-5, "db", "critical", "b", "FATAL x") + "," +
           log_event(5, "bot", "error", "a", "ERROR too late") + "," +
           log_event(-4000, "bot", "error", "a", "ERROR too early") + R"(,7,{"level":"error"})");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].str() == "[bot] password=*** refused");
  CHECK(lines[1].str() == "[bot] ERROR old");
  CHECK_FALSE(read_events("[]", "error", kHour));
  CHECK_FALSE(read_events("<html>", "error", kHour));
  CHECK(read(log_event(-5, "db", "error", "b", std::string(5000, 'x')))[0].text.size() <= 403);
}

TEST_CASE("what repeats itself does not hide what came once") {
  std::string list;
  for (int i = 1; i <= 20; ++i)
    list += log_event(-i, "bot", "error", "often", fmt::format("often {}", i)) + ",";
  list += log_event(-100, "db", "error", "once", "once");
  const auto picked = pick(read(list), 4);
  REQUIRE(picked.size() == 4);
  CHECK(picked[0].text == "often 1");
  CHECK(picked[1].text == "once");
  CHECK(picked[2].text == "often 2");
  CHECK(pick(read(list), 1).size() == 1);
  CHECK(pick({}, 5).empty());
}

TEST_CASE("kinds of events that are new are reported, the earliest first") {
  const auto pattern = [](int first_seen, const char* level, const char* id, const char* words) {
    return fmt::format(R"({{"source":"bot","id":"{}","level":"{}","words":"{}","first_seen":"{}"}})", id,
                       level, words, base::rfc3339(kBegan + std::chrono::seconds(first_seen)));
  };
  const auto fresh = read_new_patterns(
      R"({"data":[)" + pattern(-60, "error", "a", "order <*> failed") + "," +
          pattern(-90, "critical", "b", "FATAL") + "," + pattern(-60, "warning", "c", "slow") + "," +
          pattern(-60, "error", "other", "") + "," + pattern(-90000, "error", "d", "known") + "]}",
      kHour, 5);
  REQUIRE(fresh.size() == 2);
  CHECK(fresh[0].words == "FATAL");
  CHECK(fresh[1].words == "order <*> failed");
  CHECK(read_new_patterns("{", kHour, 5).empty());
}

TEST_CASE("an exporter that is away, or says nonsense, costs the lines and says so") {
  const tests::FakeClock clock;
  const auto deadline = base::Deadline::after(clock, 1min);
  CHECK(gather_evidence("", {}, "", kHour, deadline).why == "the exporter was not queried");
  CHECK_THAT(gather_evidence("http://127.0.0.1:1", {}, "", kHour, deadline).why,
             Contains("the exporter could not be queried"));
  tests::ScriptedServer exporter(tests::kExporter);
  CHECK_THAT(gather_evidence(exporter.url(), {}, "bot", kHour, deadline).why,
             Contains("the response has no events"));
  exporter.answer(tests::kExporter[0], tests::as_data(log_event(-5, "bot", "error", "a", "ERROR x")));
  const auto evidence = gather_evidence(exporter.url(), {}, "bot", kHour, deadline);
  REQUIRE(evidence);
  CHECK(evidence->critical.empty());
  CHECK(evidence->errors.size() == 1);
  CHECK(exporter.requests().back().parameter("source") == "bot");
}
