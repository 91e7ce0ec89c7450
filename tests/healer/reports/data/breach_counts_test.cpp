#include "healer/reports/data/breach_counts.h"

#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using Catch::Contains;
using tests::kBegan;
using tests::KnownSamples;
using namespace std::chrono_literals;

namespace {

BreachCounts count(KnownSamples& prometheus) {
  const tests::FakeClock clock;
  Samples samples(prometheus.url(), {}, base::Deadline::after(clock, 1min));
  return count_breach(samples, kBegan);
}

std::string text_of(const Notice::Pairs& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += name + "=" + value + "\n";
  return text;
}

}  // namespace

TEST_CASE("events of an hour are counted exactly, over every source and over resets") {
  KnownSamples prometheus;
  prometheus.answers["salus_log_events_total"] =
      KnownSamples::series(R"("source":"db","level":"critical")", {{-3000, "0"}, {-60, "350"}, {-1, "350"}}) +
      "," +
      KnownSamples::series(R"("source":"bot","level":"critical")", {{-3000, "7"}, {-60, "9"}, {-50, "1"}}) +
      "," + KnownSamples::series(R"("source":"bot","level":"error")", {{-3000, "100"}, {-1, "582"}}) + "," +
      KnownSamples::series(R"("source":"bot","level":"warning")", {{-1, "10"}});
  prometheus.answers["salus_container_restarts_total"] =
      KnownSamples::series(R"("container":"bot")", {{-3000, "4"}, {-1, "5"}});
  prometheus.answers["salus:log_critical_events:limit"] = KnownSamples::series("", {{0, "5"}});
  prometheus.answers["salus:container_restarts:limit"] = KnownSamples::series("", {{0, "2"}});
  const BreachCounts counts = count(prometheus);
  CHECK(*counts.critical == 353);  // increase() would say 353 × 60 / 49.98
  CHECK(*counts.errors == 482);
  CHECK(*counts.warnings == 0);  // nobody saw it grow
  CHECK(*counts.restarts == 1);
  CHECK(counts.critical_limit == 5);
  CHECK_FALSE(counts.errors_limit);
  CHECK(counts.restarts_limit == 2);

  // The limit of errors is told by the alert alone.
  const std::vector<Alert> alerts{tests::breach_alert()};
  CHECK(text_of(breach_fields(alerts, counts)) ==
        "reason=353 critical events (threshold: 5); 482 errors (threshold: 50)\n"
        "critical_events=353\nerrors=482\nwarnings=0\ncontainer_restarts=1\n");
}

TEST_CASE("what Prometheus does not know is reported in the alerts' words, and nothing is made up") {
  KnownSamples prometheus;
  const BreachCounts counts = count(prometheus);
  CHECK_THAT(counts.critical.why, Contains("Prometheus has no counts of log events in that hour"));
  CHECK_THAT(counts.restarts.why, Contains("no counts of restarts"));
  const std::vector<Alert> alerts{tests::breach_alert()};
  CHECK(text_of(breach_fields(alerts, counts)) ==
        "reason=490 errors (threshold: 50)\nerrors=490\nwarnings=11\n");
  CHECK(breach_fields(std::vector{tests::down_alert()}, counts).empty());

  const tests::FakeClock clock;
  Samples nobody("http://127.0.0.1:1", {}, base::Deadline::after(clock, 1min));
  CHECK_THAT(count_breach(nobody, kBegan).errors.why, Contains("Prometheus could not be queried"));
}

TEST_CASE("an alert stands on its own words where the exact count is below its limit") {
  BreachCounts counts;
  counts.critical = std::uint64_t{9};
  counts.critical_limit = 5;
  counts.errors = std::uint64_t{49};
  counts.errors_limit = 50;
  const auto fields = breach_fields(std::vector{tests::breach_alert()}, counts);
  CHECK(text_of(fields) ==
        "reason=9 critical events (threshold: 5); 490 errors (threshold: 50)\n"
        "critical_events=9\nerrors=49\nwarnings=11\n");
}

TEST_CASE("restarts that breach their limit are reported with the count of the stack") {
  Alert alert = tests::down_alert();
  alert.annotations = {{"breach", "2 container restarts (threshold: 2)"}, {"container_restarts", "2"}};
  BreachCounts counts;
  counts.restarts = std::uint64_t{3};
  CHECK(breach_fields(std::vector{alert}, counts).front().second == "3 container restarts (threshold: 2)");
}

TEST_CASE("every limit that is reached is a reason, also one about which no alert of the incident is") {
  BreachCounts counts;
  counts.critical = std::uint64_t{353};
  counts.critical_limit = 5;
  counts.errors = std::uint64_t{482};
  counts.errors_limit = 50;
  counts.restarts = std::uint64_t{1};
  counts.restarts_limit = 2;
  const std::vector<Alert> alerts{tests::breach_alert()};
  CHECK(breach_fields(alerts, counts).front().second ==
        "353 critical events (threshold: 5); 482 errors (threshold: 50)");
  counts.restarts = std::uint64_t{2};
  CHECK(
      breach_fields(alerts, counts).front().second ==
      "353 critical events (threshold: 5); 482 errors (threshold: 50); 2 container restarts (threshold: 2)");
}

TEST_CASE("a breach that is of none of the counts is a reason, too") {
  Alert alert = tests::down_alert();
  alert.annotations = {{"breach", "510 orders wait"}};
  BreachCounts counts;
  counts.errors = std::uint64_t{50};
  counts.errors_limit = 50;
  CHECK(breach_fields(std::vector{alert}, counts).front().second ==
        "50 errors (threshold: 50); 510 orders wait");
}

TEST_CASE("the hour ends a minute after the incident was opened, or now") {
  CHECK(breach_end(kBegan, kBegan + 10s) == kBegan + 10s);
  CHECK(breach_end(kBegan, kBegan + 10min) == kBegan + 1min);
}
