#include "salusctl/check/inputs/places.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using healer::salusctl::check::find_places;
using healer::salusctl::check::Places;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;

  void checkout() const {
    folder.write("salus/rules/a.rules.yml", "");
    folder.write("salus/deploy/config/healer.yml", "");
    folder.write("salus/grafana/dashboards/a.json", "");
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "in a checkout everything is found from its root, and what is not there is left out") {
  checkout();
  const auto places = find_places({}, folder.file("salus"), folder.path());
  REQUIRE(places);
  CHECK(places->rules == "rules");
  CHECK(places->config == "deploy/config");
  CHECK(places->dashboards == "grafana/dashboards");
  CHECK(places->alertmanager.empty());
  CHECK(places->runbooks.empty());
}

TEST_CASE_METHOD(Fixture, "from a folder of the checkout, too") {
  checkout();
  const auto places = find_places({}, folder.file("salus/rules"), folder.path());
  REQUIRE(places);
  CHECK(places->rules == ".");
  CHECK(places->config == folder.file("salus/deploy/config"));
}

TEST_CASE_METHOD(Fixture, "elsewhere the installed files are looked at") {
  folder.write("etc/salus/rules/a.rules.yml", "");
  folder.write("etc/prometheus/prometheus.yml", "");
  folder.write("work/x", "");
  const auto places = find_places({}, folder.file("work"), folder.path());
  REQUIRE(places);
  CHECK(places->rules == folder.file("etc/salus/rules"));
  CHECK(places->config == folder.file("etc/salus"));
  CHECK(places->prometheus == folder.file("etc/prometheus/prometheus.yml"));
  CHECK(places->dashboards.empty());
}

TEST_CASE_METHOD(Fixture, "what the user names counts, and must be there") {
  checkout();
  folder.write("mine/b.rules.yml", "");
  Places wanted;
  wanted.rules = folder.file("mine");
  CHECK(find_places(wanted, folder.file("salus"), folder.path())->rules == folder.file("mine"));
  wanted.dashboards = folder.file("nowhere");
  const auto refused = find_places(wanted, folder.file("salus"), folder.path());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message == "--dashboards: " + folder.file("nowhere") + " does not exist");
}

TEST_CASE_METHOD(Fixture, "without rules there is nothing to check") {
  const auto places = find_places({}, folder.path(), folder.path());
  REQUIRE_FALSE(places);
  CHECK_THAT(places.error().message, Catch::Contains("set --rules to their folder"));
}
