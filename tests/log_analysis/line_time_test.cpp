#include "log_analysis/line_time.h"

#include <catch2/catch.hpp>

namespace {

const base::WallTime kNow = *base::parse_rfc3339("2025-06-02T12:00:00Z");

std::string time_in(std::string_view line) {
  const auto time = log_analysis::line_time(line, kNow);
  return time ? base::rfc3339(*time) : "none";
}

}  // namespace

TEST_CASE("the usual times at the beginning of a line are read") {
  const auto [line, expected] = GENERATE(table<std::string, std::string>({
      {"2025-01-02T03:04:05Z started", "2025-01-02T03:04:05.000Z"},
      {"2025-01-02T03:04:05.678901+01:00 started", "2025-01-02T02:04:05.678Z"},
      {"2025-01-02 03:04:05,678 INFO bot: started", "2025-01-02T03:04:05.678Z"},
      {"2025-01-02 03:04:05.678 -0530 [main]", "2025-01-02T08:34:05.678Z"},
      {"[2025-01-02 03:04:05] started", "2025-01-02T03:04:05.000Z"},
      {"2025/01/02 03:04:05 [error] 7#7: upstream", "2025-01-02T03:04:05.000Z"},
      {"20250102-03:04:05:678|Step|started", "2025-01-02T03:04:05.000Z"},
      {"25/01/02 03:04:05 INFO started", "2025-01-02T03:04:05.000Z"},
      {"- 1117838570 2005.06.03 node 2005-06-03-15.42.50.675872 node", "2005-06-03T22:42:50.000Z"},
      {"Jan  2 03:04:05 box cron[7]: started", "2025-01-02T03:04:05.000Z"},
      {"Jun  3 11:00:00 box cron[7]: tomorrow", "2025-06-03T11:00:00.000Z"},
      {"Dec 31 23:59:59 box cron[7]: last year", "2024-12-31T23:59:59.000Z"},
      {"<34>Jan  2 03:04:05 box cron[7]: started", "2025-01-02T03:04:05.000Z"},
      {"<34>1 2025-01-02T03:04:05Z box cron", "2025-01-02T03:04:05.000Z"},
      {"[Thu Jan 02 03:04:05 2025] [error] started", "2025-01-02T03:04:05.000Z"},
      {"7:M 02 Jan 2025 03:04:05.678 * Ready", "2025-01-02T03:04:05.678Z"},
      {R"(10.0.0.1 - - [02/Jan/2025:03:04:05 +0100] "GET / HTTP/1.1" 200 7)", "2025-01-02T02:04:05.000Z"},
      {"1735787045 started", "2025-01-02T03:04:05.000Z"},
      {"1735787045.678 started", "2025-01-02T03:04:05.678Z"},
      {"1735787045678 started", "2025-01-02T03:04:05.678Z"},
      {"1735787045678901234 started", "2025-01-02T03:04:05.678Z"},
      {"INFO 2025-01-02 03:04:05,678 started", "2025-01-02T03:04:05.678Z"},
      {R"({"level":"info","time":"2025-01-02T03:04:05Z","msg":"started"})", "2025-01-02T03:04:05.000Z"},
      {R"({"level":30,"time":1735787045678,"msg":"started"})", "2025-01-02T03:04:05.678Z"},
      {R"({"ts": 1735787045.678, "msg":"started"})", "2025-01-02T03:04:05.678Z"},
      {R"({"t":{"$date":"2025-01-02T03:04:05.678+00:00"},"s":"I"})", "2025-01-02T03:04:05.678Z"},
  }));
  CHECK(time_in(line) == expected);
}

TEST_CASE("what is no time is none") {
  const std::string line =
      GENERATE("", " ", "[", "started", "2025-13-02 03:04:05 x", "2025-01-02 25:04:05 x", "2025-01-02",
               "Feb 30 03:04:05 x", "12345678901 x", "9999999999999999999 x", "9000000000 x", "<", "<3", "{",
               R"({"time":)", R"({"time":true})", "Jan", "Jan ", "Thu Jan", "[02/Jan/20", "4711 orders",
               "1735787045abc x");
  CHECK(time_in(line) == "none");
}
