#include "salusctl/check/inputs/catalog.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::salusctl::check::Catalog;
using healer::salusctl::check::read_catalog;

TEST_CASE("a histogram is known by its three series, and every series by what Prometheus adds") {
  Catalog catalog;
  REQUIRE(catalog.add(R"({"metrics": [
    {"name": "salus_a_seconds", "type": "histogram", "labels": ["x"]},
    {"name": "salus_b", "type": "gauge", "labels": []}]})"));
  CHECK(catalog.labels_of("salus_a_seconds") == nullptr);
  REQUIRE(catalog.labels_of("salus_a_seconds_bucket") != nullptr);
  CHECK(catalog.labels_of("salus_a_seconds_bucket")->contains("le"));
  CHECK_FALSE(catalog.labels_of("salus_a_seconds_count")->contains("le"));
  CHECK(*catalog.labels_of("salus_b") == std::set<std::string, std::less<>>{"instance", "job"});
  CHECK(catalog.names().size() == 4);
}

TEST_CASE("what is no description of metrics is refused") {
  const auto text =
      GENERATE(as<std::string>{}, "", "[]", "{}", "{\"metrics\": {}}", "{\"metrics\": [1]}",
               "{\"metrics\": [{\"name\": 1, \"labels\": []}]}", "{\"metrics\": [{\"name\": \"a\"}]}");
  CAPTURE(text);
  Catalog catalog;
  CHECK_FALSE(catalog.add(text));
}

TEST_CASE("an error names the file") {
  const tests::TemporaryFolder folder;
  const auto catalog = read_catalog({folder.write("metrics.json", "{}")});
  REQUIRE_FALSE(catalog);
  CHECK(catalog.error().message == folder.file("metrics.json") + ": no list of metrics");
}
