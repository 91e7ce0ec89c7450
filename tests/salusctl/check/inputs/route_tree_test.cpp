#include "salusctl/check/inputs/route_tree.h"

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using namespace healer::salusctl::check;

namespace {

struct Fixture {
  tests::TemporaryFolder folder;
  base::yaml::Problems problems;

  AlertmanagerConfig read(const std::string& text) {
    return read_alertmanager(folder.write("alertmanager.yml", text), problems);
  }
  // Whether an alert that heals, of unknown team, comes to the receiver "healer".
  Truth heard(const std::string& routes) {
    const auto config =
        read("receivers: [{name: healer}, {name: people}]\nroute:\n  receiver: people\n" + routes);
    return reaches(config.root, {{"heal", {"restart"}}, {"severity", {"critical"}}}, {"healer"});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "an alert takes the first route that fits, and goes on where it continues") {
  const auto [routes, expected] = GENERATE(table<std::string, Truth>({
      {"", Truth::kNo},
      {"  routes: [{matchers: ['heal!=\"\"'], receiver: healer}]", Truth::kYes},
      {"  routes: [{match: {severity: critical}, receiver: people}, {matchers: ['heal!=\"\"'], receiver: "
       "healer}]",
       Truth::kNo},
      {"  routes: [{match: {severity: critical}, continue: true}, {matchers: ['heal!=\"\"'], receiver: "
       "healer}]",
       Truth::kYes},
      {"  routes: [{match: {severity: info}}, {match_re: {heal: .+}, receiver: healer}]", Truth::kYes},
      {"  routes: [{matchers: ['team=a']}, {matchers: ['heal!=\"\"'], receiver: healer}]", Truth::kMaybe},
      {"  routes: [{matchers: ['team=a'], continue: true}, {matchers: ['heal!=\"\"'], receiver: healer}]",
       Truth::kYes},
      {"  routes: [{matchers: ['team=a'], receiver: healer}]", Truth::kMaybe},
      {"  routes: [{receiver: healer, routes: [{match: {severity: critical}, receiver: people}]}]",
       Truth::kNo},
      {"  routes: [{receiver: healer, routes: [{match: {severity: critical}}]}]", Truth::kYes},
      {"  routes: [{receiver: healer, continue: true, routes: [{match: {severity: critical}, receiver: "
       "people}]}]",
       Truth::kNo},
  }));
  CAPTURE(routes);
  CHECK(heard(routes) == expected);
  CHECK(problems.str().empty());
}

TEST_CASE_METHOD(Fixture, "receivers, their webhooks and inhibitions are read with their lines") {
  const auto config = read(
      "route: {receiver: healer}\n"
      "receivers:\n"
      "  - name: healer\n"
      "    webhook_configs:\n"
      "      - url: http://127.0.0.1:9870/api/v1/alerts\n"
      "        send_resolved: false\n"
      "        http_config:\n"
      "          authorization: {type: Bearer, credentials_file: /t}\n"
      "      - url: http://x/\n"
      "        http_config: {bearer_token: secret}\n"
      "inhibit_rules:\n"
      "  - source_match: {a: b}\n"
      "    target_matchers: ['heal=\"\"']\n"
      "    target_match_re: {c: d.*}\n");
  REQUIRE(config.receivers.size() == 1);
  const auto& [first, second] =
      std::tie(config.receivers[0].webhooks.at(0), config.receivers[0].webhooks.at(1));
  CHECK(first.url == "http://127.0.0.1:9870/api/v1/alerts");
  CHECK_FALSE(first.send_resolved);
  CHECK(first.send_resolved_line == 6);
  CHECK(first.credentials_file == "/t");
  CHECK(first.credentials_line == 8);
  CHECK(second.send_resolved);
  CHECK(second.inline_credentials);
  REQUIRE(config.inhibitions.size() == 1);
  CHECK(config.inhibitions[0].line == 12);
  CHECK(config.inhibitions[0].target == std::vector<Matcher>{{"heal", "=", ""}, {"c", "=~", "d.*"}});
}

TEST_CASE_METHOD(Fixture, "a matcher that is none is a problem at its line") {
  read("route:\n  receiver: a\n  routes:\n    - matchers: [x]\nreceivers: []\n");
  CHECK_THAT(problems.str(), Catch::Contains(":4: route.routes[0].matchers[0]: \"x\" is not a matcher"));
}
