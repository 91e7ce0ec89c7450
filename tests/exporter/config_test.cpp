#include "exporter/config.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

namespace {

constexpr const char* kSubsystems = R"(subsystems:
  - name: event_executor
    purpose: trading event loop
    trading: critical
    cadence: critical
    container: quantum_event_executor
)";

struct Fixture {
  tests::TemporaryFolder folder;
  base::yaml::Problems problems;

  exporter::Config read(const std::string& exporter_yml, const std::string& subsystems_yml = kSubsystems) {
    return exporter::read_config(folder.write("exporter.yml", exporter_yml),
                                 folder.write("subsystems.yml", subsystems_yml), problems);
  }
  // Without the folder, which is another each time.
  std::string told() const {
    std::string text = problems.str();
    for (auto at = text.find(folder.path()); at != text.npos; at = text.find(folder.path())) {
      text.erase(at, folder.path().size() + 1);
    }
    return text;
  }
};

}  // namespace

TEST_CASE("the shipped example is right") {
  const std::string folder = SALUS_SOURCE_DIR "/deploy/config/";
  base::yaml::Problems problems;
  const auto config = exporter::read_config(folder + "exporter.yml", folder + "subsystems.yml", problems);
  REQUIRE(problems.str().empty());
  REQUIRE(config.collectors.size() == exporter::collector_table().size());
  REQUIRE(config.inventory.subsystems.size() == 13);
}

TEST_CASE_METHOD(Fixture, "a collector that is not named does not run, one named alone has its defaults") {
  const auto config = read("collectors:\n  subsystems: {}\n");
  REQUIRE(told().empty());
  REQUIRE(config.collectors.size() == 1);
  REQUIRE(config.collectors[0].name == "subsystems");
  REQUIRE(config.collectors[0].timing.interval == std::chrono::seconds(5));
}

TEST_CASE_METHOD(Fixture, "an interval and a timeout are each collector's own") {
  const auto config = read("collectors:\n  host: {interval: 1m, timeout: 250ms}\n");
  REQUIRE(told().empty());
  REQUIRE(config.collectors[0].timing.interval == std::chrono::minutes(1));
  REQUIRE(config.collectors[0].timing.timeout == std::chrono::milliseconds(250));
}

TEST_CASE_METHOD(Fixture, "each kind of mistake is reported with its place") {
  const auto [yml, expected] = GENERATE(table<const char*, const char*>({
      {"colectors: {}\n", "exporter.yml:1: unknown key \"colectors\" (did you mean \"collectors\"?)"},
      {"docker: {host: tcp//x}\ncollectors: {host: {}}\n",
       "exporter.yml:1: docker.host: \"tcp//x\" is not a Docker host; expected unix:///path or "
       "tcp://host:port"},
      {"collectors:\n  hots: {}\n", "exporter.yml:2: collectors.hots: unknown collector"},
      {"collectors: {}\n", "exporter.yml:1: collectors: must name at least one collector"},
      {"collectors:\n  host:\n    interval: 5x\n",
       "exporter.yml:3: collectors.host.interval: \"5x\" is not a duration"},
      {"collectors:\n  host:\n    interval: 1ms\n", "exporter.yml:3: collectors.host.interval"},
      {"collectors:\n  containers:\n    al: true\n",
       "exporter.yml:3: collectors.containers: unknown key \"al\" (did you mean \"all\"?)"},
      {"collectors:\n  subsystems:\n    sources:\n      ghost: {}\n",
       "exporter.yml:4: collectors.subsystems.sources.ghost: subsystems.yml has no subsystem \"ghost\""},
  }));
  CAPTURE(yml);
  read(yml);
  INFO(told());
  REQUIRE(told().find(expected) != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "all problems of both files are reported at once") {
  read("collectors:\n  hots: {}\n  host: {interval: 5x}\n", "subsystems:\n  - name: Bad Name\n");
  const auto text = told();
  INFO(text);
  REQUIRE(text.find("exporter.yml:2: ") != std::string::npos);
  REQUIRE(text.find("exporter.yml:3: ") != std::string::npos);
  REQUIRE(text.find("subsystems.yml:2: ") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "a file that is missing or no YAML is a problem, not a crash") {
  exporter::read_config(folder.file("none.yml"), folder.write("subsystems.yml", "\t: [\n"), problems);
  INFO(told());
  REQUIRE(problems.list().size() >= 2);
}
