#include "exporter/cadence.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using exporter::Cadence;
using exporter::CadenceSchedule;
using namespace std::chrono_literals;

TEST_CASE("each cadence has the shipped length unless exporter.yml gives another") {
  base::yaml::Problems problems;
  const auto shipped = exporter::read_cadence(base::yaml::parse("{}", "x.yml", problems));
  REQUIRE(shipped.critical == 5s);
  REQUIRE(shipped.normal == 30s);
  const auto own = exporter::read_cadence(base::yaml::parse("{critical: 1s, normal: 1m}", "x.yml", problems));
  REQUIRE(own.of({"a", "", "critical", "critical", "", {}}) == 1s);
  REQUIRE(own.of({"b", "", "critical", "normal", "", {}}) == 1min);
  REQUIRE(exporter::cadence_text(own) != exporter::cadence_text(shipped));
  REQUIRE(problems.empty());
}

TEST_CASE("a mistake in the cadences is reported with its place") {
  const auto [yml, expected] = GENERATE(table<const char*, const char*>({
      {"{critical: 10s, normal: 5s}", "x.yml:1: normal: is shorter than critical"},
      {"{critical: fast}", "x.yml:1: critical: \"fast\" is not a duration"},
      {"{slow: 1m}", "x.yml:1: unknown key \"slow\""},
  }));
  base::yaml::Problems problems;
  exporter::read_cadence(base::yaml::parse(yml, "x.yml", problems));
  REQUIRE_THAT(problems.str(), Catch::Contains(expected));
}

TEST_CASE("each subsystem is due an interval after its last read, and a little early rather than late") {
  const tests::FakeClock clock;
  const auto start = clock.now().mono;
  CadenceSchedule schedule({{"risk_guard", 5s}, {"database", 30s}});
  REQUIRE(schedule.due("risk_guard", start));
  REQUIRE(schedule.due("database", start));
  REQUIRE_FALSE(schedule.due("ghost", start));
  schedule.begin("risk_guard", start);
  schedule.begin("database", start);
  schedule.begin("ghost", start);
  REQUIRE(schedule.next() == start + 5s);
  REQUIRE_FALSE(schedule.due("risk_guard", start + 3999ms));
  REQUIRE(schedule.due("risk_guard", start + 4s));
  REQUIRE_FALSE(schedule.due("database", start + 28999ms));
  REQUIRE(schedule.due("database", start + 29s));
  schedule.begin("risk_guard", start + 28s);
  REQUIRE(schedule.next() == start + 30s);
  REQUIRE_FALSE(CadenceSchedule({}).next());
}
