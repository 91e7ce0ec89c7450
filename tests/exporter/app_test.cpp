#include "exporter/app.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using Catch::Matchers::Contains;

namespace {

constexpr const char* kSubsystems = R"(subsystems:
  - {name: event_executor, purpose: trading event loop, trading: critical, cadence: critical}
)";
constexpr const char* kConfig = R"(collectors:
  host: {}
  subsystems:
    sources:
      event_executor: {state_file: {path: /no/such/state.json}}
)";

struct Fixture {
  base::SystemClock clock;
  tests::TemporaryFolder folder;
  std::string config = folder.write("exporter.yml", kConfig);
  std::string subsystems = folder.write("subsystems.yml", kSubsystems);
  exporter::App app{config, subsystems, clock};
};

}  // namespace

TEST_CASE_METHOD(Fixture, "once loaded, the page is whole from the first scrape") {
  REQUIRE_FALSE(app.ready());
  REQUIRE(app.load());
  REQUIRE(app.ready());
  const auto page = app.metrics();
  REQUIRE_THAT(page, Contains("salus_exporter_config_last_reload_successful 1\n"));
  REQUIRE_THAT(page, Contains("salus_collector_success{collector=\"subsystems\"} 1\n"));
  REQUIRE_THAT(page, Contains("salus_subsystem_state_present{subsystem=\"event_executor\"} 0\n"));
  REQUIRE_THAT(page, Contains("salus_host_load1 "));
  REQUIRE(app.views().size() == 2);
  REQUIRE(app.subsystems().size() == 1);
  REQUIRE(app.stop());
}

TEST_CASE_METHOD(Fixture, "a wrong configuration is refused at the start, with every problem") {
  folder.write("exporter.yml", "collectors: {hots: {}, host: {interval: x}}\n");
  const auto loaded = app.load();
  REQUIRE_FALSE(loaded);
  REQUIRE_THAT(loaded.error().message, Contains("hots") && Contains("interval"));
  REQUIRE_FALSE(app.ready());
}

TEST_CASE_METHOD(Fixture, "a wrong configuration at a reload leaves the old one running and says so") {
  REQUIRE(app.load());
  folder.write("exporter.yml", "collectors: {hots: {}}\n");
  REQUIRE_FALSE(app.load());
  REQUIRE_THAT(app.metrics(),
               Contains("salus_exporter_config_last_reload_successful 0\n") &&
                   Contains("salus_subsystem_state_present{subsystem=\"event_executor\"} 0\n"));
  folder.write("exporter.yml", kConfig);
  REQUIRE(app.load());
  REQUIRE_THAT(app.metrics(), Contains("salus_exporter_config_last_reload_successful 1\n"));
}

TEST_CASE_METHOD(Fixture, "a reload changes what is collected") {
  REQUIRE(app.load());
  folder.write("exporter.yml", "collectors: {subsystems: {}}\n");
  REQUIRE(app.load());
  REQUIRE(app.views().size() == 1);
  REQUIRE_THAT(app.metrics(), !Contains("salus_host_load1 "));
}

namespace {

// When the collector's newest run began: the same after a reload when it was left alone.
base::WallTime last_began(const exporter::App& app, const std::string& name) {
  for (const auto& view : app.views()) {
    if (view.name == name && view.last) return view.last->began;
  }
  return {};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a reload leaves a collector alone for which nothing has changed") {
  const std::string host = "collectors:\n  host: {interval: 1h}\n";
  folder.write("exporter.yml", host + "  subsystems: {interval: 1h}\n");
  REQUIRE(app.load());
  const auto host_before = last_began(app, "host");
  const auto subsystems_before = last_began(app, "subsystems");

  SECTION("its own node is another") {
    folder.write("exporter.yml", "# a comment\n" + host + "  subsystems: {interval: 2h}\n");
  }
  SECTION("what it is built from is another") {
    folder.write("subsystems.yml",
                 "subsystems: [{name: data_feed, purpose: x, trading: none, cadence: normal}]\n");
  }
  REQUIRE(app.load());
  REQUIRE(last_began(app, "host") == host_before);
  REQUIRE(last_began(app, "subsystems") > subsystems_before);
  REQUIRE(app.views().size() == 2);
  REQUIRE(app.stop());
}

TEST_CASE_METHOD(Fixture, "a Docker host that changes is no change for a collector that does not ask it") {
  const std::string collectors =
      "collectors: {host: {interval: 1h}, containers: {interval: 1h, timeout: 100ms}}\n";
  folder.write("exporter.yml", "docker: {host: unix:///no/such/engine}\n" + collectors);
  REQUIRE(app.load());
  const auto host_before = last_began(app, "host");
  const auto containers_before = last_began(app, "containers");
  folder.write("exporter.yml", "docker: {host: unix:///no/other/engine}\n" + collectors);
  REQUIRE(app.load());
  REQUIRE(last_began(app, "host") == host_before);
  REQUIRE(last_began(app, "containers") > containers_before);
}

TEST_CASE_METHOD(Fixture, "a refused reload runs no collector again") {
  folder.write("exporter.yml", "collectors: {host: {interval: 1h}}\n");
  REQUIRE(app.load());
  const auto before = last_began(app, "host");
  folder.write("exporter.yml", "collectors: {host: {interval: 2h}, hots: {}}\n");
  REQUIRE_FALSE(app.load());
  REQUIRE(last_began(app, "host") == before);
}

TEST_CASE_METHOD(Fixture, "a refresh of an unknown collector is an error") {
  REQUIRE(app.load());
  REQUIRE(app.refresh({}).value().size() == 2);
  REQUIRE(app.refresh({"host"}).value()[0].outcome.success);
  REQUIRE(app.refresh({"hots"}).error().message == "unknown collector \"hots\"");
}
