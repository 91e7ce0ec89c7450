#include "exporter/probes/config.h"

#include <filesystem>
#include <set>

#include "tests/catch.h"
#include "tests/exporter/golden.h"

using namespace exporter::probes;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view kSubsystems =
    "subsystems: [{name: database, purpose: x, trading: none, cadence: normal},"
    " {name: risk_guard, purpose: x, trading: critical, cadence: critical}]";

struct Fixture {
  base::yaml::Problems problems;
  base::Inventory inventory =
      base::read_inventory(base::yaml::parse(kSubsystems, "subsystems.yml", problems));

  Config read(const std::string& text, const std::string& name = "x.yml") {
    return read_config(base::yaml::parse(text, name, problems), inventory, exporter::Cadence{});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "a probe has its own interval, else the cadence of its subsystem, else that of all") {
  const auto config = read(R"(
interval: 10s
timeout: 2s
concurrency: 3
probes:
  - {name: redis, kind: redis, subsystem: database, address: "127.0.0.1:6379"}
  - {name: db, kind: sqlite, interval: 1h, timeout: 1m, path: /var/lib/x.db}
  - {name: fast, kind: tcp, interval: 500ms, address: "[::1]:80"}
)");
  REQUIRE(problems.str().empty());
  REQUIRE(config.concurrency == 3);
  REQUIRE(config.probes.size() == 3);
  REQUIRE(config.probes[0].name == "redis");
  REQUIRE(config.probes[0].kind->name == "redis");
  REQUIRE(config.probes[0].subsystem == "database");
  REQUIRE(config.probes[0].interval == 30s);  // the cadence of its subsystem
  REQUIRE(config.probes[0].timeout == 2s);
  REQUIRE(config.probes[1].interval == 1h);
  REQUIRE(config.probes[1].timeout == 1min);
  REQUIRE(config.probes[2].timeout == 500ms);
}

TEST_CASE_METHOD(Fixture, "without a word there are no probes, four places, half a minute between runs") {
  const auto config = read("{}");
  REQUIRE(problems.str().empty());
  REQUIRE(config.probes.empty());
  REQUIRE(config.concurrency == 4);
  REQUIRE(read("{probes: [{name: a, kind: tcp, address: 'x:1'}]}").probes[0].interval == 30s);
}

TEST_CASE_METHOD(Fixture, "more probes than there may be threads are refused") {
  std::string list;
  for (int i = 0; i < 101; ++i) list += fmt::format("  - {{name: p{}, kind: tcp, address: 'x:1'}}\n", i);
  read("probes:\n" + list);
  REQUIRE(problems.str() == "x.yml:2: probes: 101 probes; at most 100 are allowed\n");
}

// Each wrong file has its exact messages beside it, all problems at once: `./dev golden` writes them again.
TEST_CASE("every wrong configuration of probes is refused with its exact messages") {
  const std::string folder = tests::fixture("config/probes");
  std::set<std::filesystem::path> wrong;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") wrong.insert(entry.path());
  }
  REQUIRE(wrong.size() >= 9);
  for (const auto& path : wrong) {
    Fixture fixture;
    fixture.read(tests::text_of(path), path.filename().string());
    CAPTURE(path);
    CHECK_FALSE(fixture.problems.empty());
    const std::string golden = "tests/fixtures/config/probes/" + path.stem().string() + ".problems";
    CHECK(tests::golden_difference(golden, fixture.problems.str() + "\n") == "");
  }
}
