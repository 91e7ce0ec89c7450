#include "healer/reports/incident/exhausted_notice.h"

#include "tests/catch.h"
#include "tests/healer/reports/incident/example_incident.h"

using namespace healer;
using namespace healer::reports;
using tests::kBegan;
using tests::KnownSamples;
using namespace std::chrono_literals;

TEST_CASE("how a container ended and what it logged last are lines of the notice") {
  KnownSamples prometheus;
  prometheus.answers["salus_container_exit_code{container=\"bot\"}"] =
      KnownSamples::series("", {{-60, "137"}, {-15, "3"}});
  tests::ScriptedServer exporter(tests::kExporter);
  exporter.answer(tests::kExporter[0],
                  tests::as_data(tests::log_event(-16, "bot", "error", "p", "config missing") + "," +
                                 tests::log_event(-20, "bot", "other", "q", "starting")));
  const tests::FakeClock clock;
  Config config;
  const auto lines = [&] { return evidence_lines("bot", config, kBegan, base::Deadline::after(clock, 5s)); };
  CHECK(lines().empty());
  config.prometheus_url = prometheus.url();
  config.exporter_url = exporter.url();
  CHECK(lines() == std::vector<std::string>{"Exit code of bot: 3", "Last log lines:", "[bot] starting",
                                            "[bot] config missing"});
  CHECK(evidence_lines("", config, kBegan, base::Deadline::after(clock, 5s)).empty());
  config.prometheus_url = config.exporter_url = "http://127.0.0.1:1";
  CHECK(lines().empty());
}
