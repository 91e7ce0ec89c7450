#include "exporter/probes/collector.h"

#include "base/text/exposition.h"
#include "tests/catch.h"
#include "tests/exporter/golden.h"
#include "tests/exporter/probes/fake_prober.h"
#include "tests/fakes/temporary_folder.h"

using namespace exporter::probes;
using namespace std::chrono_literals;

namespace {

Probe probe(const std::string& name, const std::string& kind, const std::string& subsystem) {
  return {.name = name,
          .kind = find_kind(kind),
          .subsystem = subsystem,
          .interval = 1h,
          .timeout = 1h,
          .make = {},
          .text = name};
}

ProbeScheduler::State state(ProbeResult answer, std::uint64_t failures = 0) {
  Observation seen;
  seen.answer = std::move(answer);
  seen.duration = 250ms;
  seen.began.wall = base::WallTime(1765944000s);
  seen.consecutive_failures = failures;
  return {seen, true};
}

ProbeResult failed_by(Reason reason) {
  ProbeResult answer;
  answer.failure = {reason, "never on the page"};
  return answer;
}

}  // namespace

TEST_CASE("a page of probes: one that has not run is absent, one that is stale has only its time") {
  ProbeResult https;
  https.http_status = 200;
  https.certificate_expires = base::WallTime(1797480000s);
  ProbeResult down = failed_by(Reason::kStatus);
  down.http_status = 503;
  ProbeResult command = failed_by(Reason::kExitCode);
  command.exit_code = 3;
  auto stale = state(failed_by(Reason::kTimeout), 5);
  stale.fresh = false;
  const std::vector<Probe> probes{probe("api", "http", ""),
                                  probe("site", "http", "database"),
                                  probe("check", "command", ""),
                                  probe("redis", "redis", "database"),
                                  probe("stale", "sqlite", "database"),
                                  probe("new", "tcp", "")};
  auto families = probe_metrics(
      probes, {state(https), state(down, 2), state(command, 1), state({}), stale, ProbeScheduler::State{}});
  const auto text = base::expose(std::move(families));
  REQUIRE(text.find("never on the page") == text.npos);
  REQUIRE(text.find("\"new\"") == text.npos);
  REQUIRE(tests::page_difference("probes.prom", text) == "");
}

namespace {

struct Fixture {
  base::SystemClock clock;
  ProbeStatus probe_status;
  exporter::CheckDurations checks;
  std::shared_ptr<tests::ProberState> prober = std::make_shared<tests::ProberState>();
  std::atomic<int> triggered = 0;

  std::unique_ptr<ProbesCollector> collector() {
    Config config;
    config.probes.push_back(probe("redis", "redis", "database"));
    config.probes.back().make = [state = prober] { return std::make_unique<tests::FakeProber>(state); };
    return std::make_unique<ProbesCollector>(config, probe_status, checks, clock, [this] { ++triggered; });
  }
  base::Deadline in(base::Duration length) const { return base::Deadline::after(clock, length); }
};

std::string page(base::Result<std::vector<prometheus::MetricFamily>> families) {
  REQUIRE(families);
  return base::expose(std::move(*families));
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a refresh runs the probes, collecting shows what they saw") {
  const auto collector = this->collector();
  REQUIRE(page(collector->collect(in(30s))).empty());
  REQUIRE(prober->count() == 0);
  REQUIRE_THAT(
      page(collector->refresh(in(30s))),
      Catch::Contains("salus_probe_success{kind=\"redis\",probe=\"redis\",subsystem=\"database\"} 1\n"));
  REQUIRE(prober->count() == 1);
  prober->fail(Reason::kAuth);
  REQUIRE_THAT(page(collector->collect(in(30s))),
               Catch::Contains("salus_probe_success{kind=\"redis\",probe=\"redis\""));
  REQUIRE(prober->count() == 1);
  REQUIRE_THAT(page(collector->refresh(in(30s))),
               Catch::Contains("reason=\"auth\",subsystem=\"database\"} 1\n"));
  while (triggered < 2) std::this_thread::yield();
}

TEST_CASE_METHOD(Fixture,
                 "a refresh that a probe does not answer fails by the deadline and names the probe") {
  const auto collector = this->collector();
  prober->hold();
  const auto refreshed = collector->refresh(in(0s));
  REQUIRE_FALSE(refreshed);
  REQUIRE(refreshed.error().message == "no result yet from redis");
  prober->release();
}

TEST_CASE_METHOD(Fixture, "a reload that leaves a probe as it was goes on counting its failures") {
  auto old = collector();
  prober->fail(Reason::kTimeout);
  REQUIRE(old->refresh(in(30s)));
  while (triggered < 1) std::this_thread::yield();
  const auto fresh = collector();
  old.reset();
  REQUIRE_THAT(
      page(fresh->refresh(in(30s))),
      Catch::Contains(
          "salus_probe_consecutive_failures{kind=\"redis\",probe=\"redis\",subsystem=\"database\"} 2\n"));
  REQUIRE(probe_status.lines().size() == 1);
}
