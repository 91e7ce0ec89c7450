#include "healer/reports/data/counters.h"

#include "base/http/server/server.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

const base::WallTime kFrom(1765771200s);
const Window kWindow{kFrom, kFrom + 24h};

struct Point {
  base::Duration after;
  int value;
};

std::string series(const std::string& labels, const std::vector<Point>& points) {
  std::string values;
  for (const auto& [after, value] : points) {
    values +=
        fmt::format("{}[{:.3f},\"{}\"]", values.empty() ? "" : ",", base::unix_seconds(kFrom + after), value);
  }
  return "{\"metric\":{" + labels + "},\"values\":[" + values + "]}";
}

std::string one(const std::string& labels, int value) {
  return fmt::format("{{\"metric\":{{{}}},\"value\":[{:.3f},\"{}\"]}}", labels, base::unix_seconds(kFrom),
                     value);
}

// A Prometheus with these values before and these samples within the window.
CounterGrowth growth_of(const std::string& before, const std::string& within,
                        std::vector<CounterStep>* steps = nullptr) {
  const base::SystemClock system;
  base::http::Server server({}, system);
  server.handle("GET", "/api/v1/query", [&](const base::http::Request& request) {
    const bool earlier = request.parameter("query").value_or("").starts_with("last_over_time(c[7d])");
    return base::http::json(200, R"({"status":"success","data":{"resultType":"x","result":[)" +
                                     (earlier ? before : within) + "]}}");
  });
  REQUIRE(server.listen("127.0.0.1:0"));
  const tests::FakeClock clock;
  Samples samples("http://127.0.0.1:" + std::to_string(server.port()), {},
                  base::Deadline::after(clock, 1min));
  const auto growth = count_growth(samples, "c", kWindow, [&](const SeriesLabels&, const CounterStep& step) {
    if (steps != nullptr) steps->push_back(step);
  });
  REQUIRE(growth);
  return *growth;
}

const std::string kA = R"("__name__":"c","instance":"i","source":"a")";
const std::string kB = R"("__name__":"c","instance":"i","source":"b")";
const std::string kEarlierA = R"("instance":"i","source":"a")";

const CounterGrowth::Series& of(const CounterGrowth& growth, const char* source) {
  return growth.series.at({{"instance", "i"}, {"source", source}});
}

}  // namespace

TEST_CASE("a counter is compared with its last value before the window, and a decrease is a reset") {
  std::vector<CounterStep> steps;
  const auto growth =
      growth_of(one(kEarlierA, 5), series(kA, {{1min, 7}, {2min, 7}, {3h, 2}, {4h, 3}}), &steps);
  CHECK(of(growth, "a").grown == 2 + 2 + 1);
  CHECK(growth.since == kFrom);
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].from == kFrom);
  CHECK(steps[1].from == kFrom + 2min);
  CHECK(steps[1].to == kFrom + 3h);
}

TEST_CASE("what a counter held when the monitoring began did not happen within the window") {
  const auto growth = growth_of("", series(kA, {{5h, 100}, {6h, 104}}));
  CHECK(of(growth, "a").grown == 4);
  CHECK(of(growth, "a").known);
  CHECK(growth.since == kFrom + 5h);
  const auto single = growth_of("", series(kA, {{5h, 100}}));
  CHECK_FALSE(of(single, "a").known);
}

TEST_CASE("a series that is new in a known target began at 0") {
  const auto within = series(kB, {{5h, 3}, {6h, 5}}) + "," + series(kA, {{1min, 0}, {6h, 0}});
  CHECK(of(growth_of("", within), "b").grown == 5);
  CHECK(of(growth_of(one(kEarlierA, 0), within), "b").grown == 5);
  CHECK(of(growth_of(one(kEarlierA, 0), series(kB, {{5h, 3}})), "b").known);
}

TEST_CASE("a series that ended before the others no longer exists, and its events count") {
  const auto growth = growth_of(one(kEarlierA, 0), series(kA, {{1min, 4}}) + "," + series(kB, {{6h, 0}}));
  CHECK_FALSE(growth.exists(of(growth, "a")));
  CHECK(growth.exists(of(growth, "b")));
  CHECK(of(growth, "a").grown == 4);
}
