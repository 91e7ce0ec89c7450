#include "healer/reports/data/trend.h"

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

TEST_CASE("a report's memory is read as it was written") {
  const base::WallTime to(1765944000s);
  const Past past{.window = {to - 168h, to},
                  .score = 83,
                  .availability = 0.9991,
                  .incidents = 4,
                  .exhausted = 0,
                  .alerts = std::nullopt,
                  .errors = 482,
                  .minutes_to_heal = 1.5,
                  .status = "✅ All checks passed",
                  .coverage = 0.25,
                  .health = 97.5};
  const auto read = decode_past(encode(past));
  REQUIRE(read);
  CHECK(read->window == past.window);
  CHECK(read->score == 83);
  CHECK(read->availability == Approx(0.9991));
  CHECK(read->incidents == 4u);
  CHECK(read->status == past.status);
  CHECK(read->alerts == std::nullopt);
  CHECK(read->errors == 482u);
  CHECK(read->minutes_to_heal == Approx(1.5));
  CHECK(read->coverage == Approx(0.25));
  CHECK(read->health == Approx(97.5));
}

TEST_CASE("what is no report's memory is refused") {
  const char* text = GENERATE("", "[]", "{}", R"({"version":2,"from":"x","to":"y"})", R"({"version":1})",
                              R"({"version":1,"from":"2025-12-17T04:00:00Z","to":7})");
  CAPTURE(text);
  CHECK_FALSE(decode_past(text));
}

TEST_CASE("what a report does not know, later ones do not either") {
  const Past past = past_of(Weekly{});
  CHECK(past.score == std::nullopt);
  CHECK(past.availability == std::nullopt);
  CHECK(past.incidents == std::nullopt);
  CHECK(past.alerts == std::nullopt);
  CHECK(past.errors == std::nullopt);
}

TEST_CASE("a report remembers its worst availability and what it counted") {
  Weekly weekly;
  Service bot{.name = "bot",
              .kind = "container",
              .trading = "critical",
              .intervals = {},
              .availability = {},
              .budget = {}};
  bot.availability.ratio = 0.998;
  Service grafana = bot;
  grafana.trading = "none";
  grafana.availability.ratio = 0.5;
  weekly.services = std::vector{bot, grafana};
  weekly.healing = Healing{};
  weekly.healing->outcomes["exhausted"] = 2;
  weekly.healing->times_to_heal = {60s, 90s, 600s};
  weekly.logs.sources = std::vector<LogSource>{
      {"bot", 353u, 482u, 10u, {}}, {"new", Known<std::uint64_t>{}, Known<std::uint64_t>{}, 0u, {}}};
  const Past past = past_of(weekly);
  CHECK(past.availability == Approx(0.998));
  CHECK(past.exhausted == 2u);
  CHECK(past.errors == 835u);
  CHECK(past.minutes_to_heal == Approx(1.5));
}

TEST_CASE("sources without known counts make no 0 of errors") {
  Weekly weekly;
  weekly.logs.sources = std::vector<LogSource>{
      {"new", Known<std::uint64_t>{}, Known<std::uint64_t>{}, Known<std::uint64_t>{}, {}}};
  CHECK(past_of(weekly).errors == std::nullopt);
}
