#include "healer/verify/verifier.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/verify/fake_monitoring.h"

using healer::CheckInput;
using healer::CheckRequest;
using Verdict = healer::CheckInput::Verdict;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  tests::FakeMonitoring world;
  tests::FakeClock clock;
  base::SystemClock real;  // for deadlines: the fake one stands still
  healer::checks::Verifier verifier{healer::checks::Prometheus(world.prometheus_url()),
                                    healer::checks::Exporter(world.exporter_url()), "salus-exporter", clock};
  CheckRequest order;

  Fixture() {
    order.incident = "INC-1";
    order.target = {"container", "quantum_redis"};
    order.verify.healthy = R"(salus_container_running{container="{{target}}"} == 1)";
    healer::Alert alert;
    alert.fingerprint = "down";
    alert.firing = true;
    alert.labels = {{"alertname", "ContainerDown"}, {"container", "quantum_redis"}, {"severity", "critical"}};
    order.alerts = {alert};
    order.facts_after = clock.now().wall;
    clock.advance(100ms);
    // After the action: refreshed at 1000, scraped at 1001, evaluated at 1002; the container runs, no alert
    // is active.
    world.time = 1000;
    world.scraped_at = 1001;
    world.evaluated_at = 1002;
    world.expression = "1";
  }
  CheckInput look() {
    ++order.round;
    return verifier.look(order, base::Deadline::after(real, 5s));
  }
};

}  // namespace

TEST_CASE("healthy is a fresh scrape, a true expression and rules that are quiet after it") {
  Fixture with;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kHealthy);
  CHECK(answer.incident == "INC-1");
  CHECK(answer.round == 1);
  CHECK(base::unix_seconds(answer.observed_at) == Approx(1001));
  CHECK(with.world.queries().back() == R"(salus_container_running{container="quantum_redis"} == 1)");
}

TEST_CASE("a fact older than the action is never taken for health") {
  Fixture with;
  with.world.scraped_at = GENERATE(990.0, 999.999, 1000.0);
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK(answer.detail == "not yet scraped since the action");
}

TEST_CASE("an evaluation older than the scrape is never taken for health") {
  Fixture with;
  with.world.evaluated_at = GENERATE(900.0, 1001.0, 1001.01);  // the scrape took 0.01 s
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK(answer.detail == "rule ContainerDown not yet evaluated since the scrape");
}

TEST_CASE("rules that are evaluated just before each scrape are waited for, not asked in vain") {
  Fixture with;
  with.world.evaluated_at = 1000.9;
  CHECK(with.look().verdict == Verdict::kUnknown);
  // One interval later: the evaluation has seen the scrape of 1001, though not that of 1002.
  with.world.scraped_at = 1002;
  with.world.evaluated_at = 1001.9;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kHealthy);
  CHECK(base::unix_seconds(answer.observed_at) == Approx(1001));
  // What comes next is judged by newer facts again.
  with.world.scraped_at = 1003;
  CHECK(with.look().verdict == Verdict::kUnknown);
}

TEST_CASE("the bar stays where the first look after the action set it") {
  Fixture with;
  with.world.scraped_at = 999;
  CHECK(with.look().verdict == Verdict::kUnknown);
  with.world.time = 1005;  // later looks refresh again
  with.world.scraped_at = 1001;
  with.clock.advance(5s);
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("the bar holds while the wall clock is set") {
  Fixture with;
  with.world.scraped_at = 999;
  CHECK(with.look().verdict == Verdict::kUnknown);
  const base::WallTime before = with.clock.now().wall;
  const auto step = GENERATE(-3600s, 3600s);
  with.clock.set_wall(before + step);
  with.order.facts_after += step;  // as the decider tells it in today's wall time
  with.world.time = 1005;
  with.world.scraped_at = 1001;
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("a bar that Prometheus's clock was set back behind is set again") {
  Fixture with;
  CHECK(with.look().verdict == Verdict::kHealthy);
  with.world.time = 500;
  with.world.scraped_at = 499;
  with.world.evaluated_at = 499.5;
  CHECK(with.look().verdict == Verdict::kUnknown);
  // Newer than the action by its refresh, but not by the new bar.
  CHECK(with.look().verdict == Verdict::kUnknown);
  with.world.scraped_at = 501;
  with.world.evaluated_at = 502;
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("the next action raises the bar") {
  Fixture with;
  CHECK(with.look().verdict == Verdict::kHealthy);
  with.clock.advance(10s);
  with.order.facts_after = with.clock.now().wall;
  with.clock.advance(100ms);
  with.world.time = 1010;
  CHECK(with.look().verdict == Verdict::kUnknown);
  with.world.scraped_at = 1011;
  with.world.evaluated_at = 1012;
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("a refresh that fails sets no bar") {
  Fixture with;
  with.world.refresh_fails = true;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK_THAT(answer.detail, Catch::Contains("refresh"));
  with.world.refresh_fails = false;
  with.world.time = 1003;  // later than the scrape of 1001
  CHECK(with.look().verdict == Verdict::kUnknown);
}

TEST_CASE("an exporter that cannot be scraped is unknown") {
  Fixture with;
  with.world.scraped_at = 0;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK(answer.detail == "Prometheus cannot scrape job salus-exporter");
}

TEST_CASE("an expression is healthy only with samples that are neither 0 nor NaN") {
  const auto [values, verdict] = GENERATE(table<std::string, Verdict>({
      {"", Verdict::kUnhealthy},  // false, or no such series: no data is never health
      {"0", Verdict::kUnhealthy},
      {"NaN", Verdict::kUnhealthy},
      {"1", Verdict::kHealthy},
      {"0.5", Verdict::kHealthy},
  }));
  Fixture with;
  with.world.expression = values;
  CAPTURE(values);
  CHECK(with.look().verdict == verdict);
}

TEST_CASE("an expression that Prometheus refuses is unknown") {
  Fixture with;
  with.world.expression = "error";
  CHECK(with.look().verdict == Verdict::kUnknown);
}

TEST_CASE("without an expression the rules decide alone") {
  Fixture with;
  with.order.verify.healthy.clear();
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("an alert that is pending or firing is not healthy") {
  Fixture with;
  const std::string state = GENERATE("pending", "firing");
  with.world.active =
      R"({"labels":{"alertname":"ContainerDown","container":"quantum_redis","severity":"critical"},)"
      R"("state":")" +
      state + "\"}";
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnhealthy);
  CHECK(answer.detail == "ContainerDown is still " + state);
}

TEST_CASE("the same alert of another target does not count") {
  Fixture with;
  with.world.active =
      R"({"labels":{"alertname":"ContainerDown","container":"quantum_nginx"},"state":"firing"})";
  CHECK(with.look().verdict == Verdict::kHealthy);
}

TEST_CASE("labels that only one side knows distinguish no alerts") {
  Fixture with;
  with.order.alerts[0].labels["cluster"] =
      "vps-1";  // an external label: Alertmanager's copy has it, the rule's has not
  with.world.active =
      R"({"labels":{"alertname":"ContainerDown","container":"quantum_redis","dropped":"x"},"state":"firing"})";
  CHECK(with.look().verdict == Verdict::kUnhealthy);
}

TEST_CASE("a rule that is in error, or that Prometheus has no more, is unknown") {
  Fixture with;
  const bool missing = GENERATE(true, false);
  if (missing) {
    CHECK(with.look().verdict == Verdict::kHealthy);
    with.world.rule_name = "Renamed";
    with.order.alerts[0].firing = GENERATE(true, false);  // it ends when its rule is removed
  } else {
    with.world.rule_health = "err";
  }
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK_FALSE(answer.contradicts);
  CHECK_THAT(answer.detail,
             Catch::Contains(missing ? "no longer has rule ContainerDown" : "rule ContainerDown is err"));
}

TEST_CASE("an alert of another ruler is over when it has ended, and the facts are healthy") {
  Fixture with;
  with.world.rule_name = "Other";
  with.world.evaluated_at = 0;  // no rule of Prometheus's has a part in it
  const CheckInput firing = with.look();
  CHECK(firing.verdict == Verdict::kUnknown);
  CHECK(firing.contradicts);
  CHECK_THAT(firing.detail, Catch::Contains("ContainerDown still fires"));
  with.order.alerts[0].firing = false;
  const CheckInput ended = with.look();
  CHECK(ended.verdict == Verdict::kHealthy);
  CHECK_FALSE(ended.contradicts);
  with.world.expression = "";
  CHECK(with.look().verdict == Verdict::kUnhealthy);
}

TEST_CASE("an alert of another ruler contradicts nothing while the facts are unhealthy or not fresh") {
  Fixture with;
  with.world.rule_name = "Other";
  const int what = GENERATE(0, 1, 2, 3);
  if (what == 0) with.world.expression = "";
  if (what == 1) with.world.scraped_at = 999;
  if (what == 2) with.world.refresh_fails = true;
  if (what == 3) with.world.expression = "error";
  const CheckInput answer = with.look();
  CHECK(answer.verdict == (what == 0 ? Verdict::kUnhealthy : Verdict::kUnknown));
  CHECK_FALSE(answer.contradicts);
}

TEST_CASE("without an expression, a container must run for another ruler's alert to be over") {
  Fixture with;
  with.world.rule_name = "Other";
  with.order.verify.healthy.clear();
  with.order.alerts[0].firing = false;
  CHECK(with.look().verdict == Verdict::kHealthy);
  CHECK(with.world.queries().back() == R"(salus_container_running{container="quantum_redis"} == 1)");
  with.world.expression = "";
  CHECK(with.look().verdict == Verdict::kUnhealthy);
}

TEST_CASE("of two alerts, one of another ruler, Prometheus judges its own") {
  Fixture with;
  healer::Alert other = with.order.alerts[0];
  other.fingerprint = "loki";
  other.labels["alertname"] = "LogStorm";
  with.order.alerts.push_back(other);
  CHECK(with.look().contradicts);
  with.world.active =
      R"({"labels":{"alertname":"ContainerDown","container":"quantum_redis"},"state":"firing"})";
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnhealthy);
  CHECK_FALSE(answer.contradicts);
}

TEST_CASE("a Prometheus that does not answer is unknown, with the reason") {
  Fixture with;
  healer::checks::Verifier lost(healer::checks::Prometheus("unix:///nonexistent/prometheus.sock"),
                                healer::checks::Exporter(with.world.exporter_url()), "salus-exporter",
                                with.clock);
  const CheckInput answer = lost.look(with.order, base::Deadline::after(with.real, 5s));
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK_FALSE(answer.detail.empty());
}

TEST_CASE("an exporter that does not answer is unknown, with the reason") {
  Fixture with;
  healer::checks::Verifier lost(healer::checks::Prometheus(with.world.prometheus_url()),
                                healer::checks::Exporter("unix:///nonexistent/exporter.sock"),
                                "salus-exporter", with.clock);
  const CheckInput answer = lost.look(with.order, base::Deadline::after(with.real, 5s));
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK_FALSE(answer.detail.empty());
}

TEST_CASE("a task is done when its alert has ended, whatever the exporter is like") {
  Fixture with;
  with.order.target = {"task", "log_rotation"};
  with.order.verify.healthy = R"(salus_task_last_success_timestamp_seconds{task="{{target}}"} > 0)";
  with.world.scraped_at = 0;
  with.world.time = 1003;
  CHECK(with.look().verdict == Verdict::kUnknown);
  // The rules were evaluated before this look: what they say may be older than the run.
  with.world.time = 1004;
  with.world.evaluated_at = 1003.5;
  CHECK(with.look().verdict == Verdict::kUnknown);
  with.world.time = 1006;
  with.world.evaluated_at = 1005;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kHealthy);
  CHECK(base::unix_seconds(answer.observed_at) == Approx(1004));
}

TEST_CASE("a collector that the exporter never had does not prevent verification") {
  Fixture with;
  with.world.missing = GENERATE("subsystems", "containers");
  CHECK(with.look().verdict == Verdict::kHealthy);
  const auto collectors = with.verifier.collectors();
  CHECK(collectors.at(with.world.missing));
  CHECK(std::ranges::count(collectors, true, [](const auto& each) { return each.second; }) == 1);
}

TEST_CASE("without the series that the expression begins with there is no data") {
  Fixture with;
  with.world.expression = "";
  with.world.series_exists = false;
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK(answer.detail == R"(no data: there is no series salus_container_running{container="quantum_redis"})");
  CHECK_FALSE(answer.pending);
  with.world.series_exists = true;
  CHECK(with.look().verdict == Verdict::kUnhealthy);
  // Of another expression it cannot be known.
  with.world.series_exists = false;
  with.order.verify.healthy = "sum(up) > 1";
  CHECK(with.look().verdict == Verdict::kUnhealthy);
}

TEST_CASE("a collector that is gone since the last check is unknown") {
  Fixture with;
  REQUIRE(with.look().verdict == Verdict::kHealthy);
  with.world.missing = "subsystems";
  const CheckInput answer = with.look();
  CHECK(answer.verdict == Verdict::kUnknown);
  CHECK(answer.detail == "the exporter no longer has collector subsystems");
}

TEST_CASE("only an answer that newer data will change is pending") {
  Fixture with;
  with.world.scraped_at = 999;
  CHECK(with.look().pending);
  with.world.scraped_at = 0;
  CHECK_FALSE(with.look().pending);
}
