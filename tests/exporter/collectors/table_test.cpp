#include "exporter/collectors/table.h"

#include <set>

#include "tests/catch.h"
#include "tests/exporter/shared_state.h"

TEST_CASE("every collector of the table has a name of its own and families") {
  std::set<std::string_view> names;
  for (const auto& entry : exporter::collector_table()) {
    REQUIRE(names.insert(entry.name).second);
    REQUIRE_FALSE(entry.families().empty());
  }
}

TEST_CASE("what is built from a factory goes by the table's name") {
  const base::SystemClock clock;
  const tests::SharedState state(clock);
  const base::Inventory inventory;
  base::yaml::Problems problems;
  for (const auto& entry : exporter::collector_table()) {
    const auto factory =
        entry.read(base::yaml::parse("{}", "x.yml", problems), {inventory, "unix:///no/such/docker.sock"});
    REQUIRE(factory.name == entry.name);
    const auto collector = factory.build(state.shared, [] {});
    REQUIRE(collector->name() == entry.name);
  }
  REQUIRE(problems.str().empty());
}
