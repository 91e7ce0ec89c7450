#include "salusctl/explain.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/temporary_folder.h"

using healer::salusctl::Explain;
using healer::salusctl::explain_alerts;
using healer::salusctl::Output;
using nlohmann::json;

namespace {

const std::string kConfig = std::string(SALUS_SOURCE_DIR) + "/deploy/config/healer.yml";

struct Fixture {
  tests::TemporaryFolder folder;
  tests::FakeClock clock;

  Output explained(const std::string& text, bool as_json = false) {
    const std::string file = folder.path() + "/alert.json";
    std::ofstream(file) << text;
    return explain_alerts({.alert_file = file, .config_file = kConfig, .json = as_json}, clock);
  }
};

json example(const std::string& name = "ContainerDown") {
  return {{"status", "firing"},
          {"labels",
           {{"alertname", name},
            {"heal", "restart_container"},
            {"container", "quantum_redis"},
            {"severity", "critical"}}},
          {"annotations", json::object()},
          {"startsAt", "2025-12-17T03:59:00Z"},
          {"endsAt", "0001-01-01T00:00:00Z"},
          {"fingerprint", "0123456789abcdef"}};
}

json listed(json alert) {
  alert["status"] = {{"state", "active"}, {"silencedBy", json::array()}, {"inhibitedBy", json::array()}};
  alert["endsAt"] = "2025-12-17T04:10:00Z";
  alert["updatedAt"] = "2025-12-17T03:59:50Z";
  return alert;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an alert is explained in whatever shape Alertmanager gave it") {
  const std::string text =
      GENERATE(example().dump(), listed(example()).dump(), json::array({listed(example())}).dump(),
               json({{"version", "4"}, {"status", "firing"}, {"alerts", json::array({example()})}}).dump());
  const Output output = explained(text);
  INFO(text << output.out << output.err);
  CHECK(output.code == 0);
  CHECK(output.out.find("restart container quantum_redis") != std::string::npos);
  CHECK(output.out.find("cooldown") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "what is refused exits with 1 and says why") {
  const Output output = explained(example("DiskFilling").dump());
  CHECK(output.code == 1);
  CHECK(output.out.find("not_accepted") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "scripts get every guard as JSON") {
  const Output output = explained(example().dump(), true);
  const json document = json::parse(output.out);
  REQUIRE(document.size() == 1);
  CHECK(document[0]["acts"] == true);
  CHECK(document[0]["guards"].size() >= 8);
  CHECK(document[0]["guards"][0]["guard"] == "paused");
}

TEST_CASE_METHOD(Fixture, "bad input exits with 2 and names the place") {
  CHECK(explained("{").code == 2);
  CHECK(explained("[]").code == 2);
  CHECK(explained("{\"alerts\": 3}").code == 2);
  CHECK(explain_alerts({.alert_file = folder.path() + "/none", .config_file = kConfig}, clock).code == 2);
  std::ofstream(folder.path() + "/alert.json") << example().dump();
  const Output config = explain_alerts(
      {.alert_file = folder.path() + "/alert.json", .config_file = folder.path() + "/none.yml"}, clock);
  CHECK(config.code == 2);
  CHECK(config.err.find("none.yml") != std::string::npos);
  const Output journal = explain_alerts({.alert_file = folder.path() + "/alert.json",
                                         .config_file = kConfig,
                                         .journal_file = folder.path() + "/journal.db"},
                                        clock);
  CHECK(journal.code == 2);
  CHECK(journal.err.find("journal.db") != std::string::npos);
}
