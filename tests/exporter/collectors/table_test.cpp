#include "exporter/collectors/table.h"

#include <catch2/catch.hpp>
#include <set>

TEST_CASE("every collector of the table has a name of its own and families") {
  std::set<std::string_view> names;
  for (const auto& entry : exporter::collector_table()) {
    REQUIRE(names.insert(entry.name).second);
    REQUIRE_FALSE(entry.families().empty());
  }
}

TEST_CASE("what is built from a blueprint goes by the table's name") {
  const base::SystemClock clock;
  exporter::collectors::ContainerCounters counters;
  exporter::collectors::ContainerList list;
  const base::Inventory inventory;
  base::yaml::Problems problems;
  for (const auto& entry : exporter::collector_table()) {
    const auto blueprint =
        entry.read(base::yaml::parse("{}", "x.yml", problems), {inventory, "unix:///no/such/docker.sock"});
    REQUIRE(blueprint.name == entry.name);
    const auto collector = blueprint.build(exporter::Shared{clock, counters, list}, [] {});
    REQUIRE(collector->name() == entry.name);
  }
  REQUIRE(problems.str().empty());
}
