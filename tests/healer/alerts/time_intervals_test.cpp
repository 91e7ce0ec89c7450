#include "healer/alerts/time_intervals.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"

using healer::webhook::has_time_intervals;
using healer::webhook::parse_muted;

namespace {

const std::set<std::string> kHealer{"healer"};

std::string status(const std::string& config) {
  return nlohmann::json{{"cluster", {{"status", "disabled"}}}, {"config", {{"original", config}}}}.dump();
}

std::string group(const std::string& receiver, const std::string& fingerprint,
                  const std::string& status_fields) {
  return R"({"receiver":{"name":")" + receiver + R"("},"labels":{},"alerts":[{"fingerprint":")" +
         fingerprint + R"(","status":{"state":"active")" + status_fields + "}}]}";
}

}  // namespace

TEST_CASE("a route to the healer with time intervals is found wherever it is") {
  const auto [route, timed] = GENERATE(table<std::string, bool>({
      {"{receiver: healer}", false},
      {"{receiver: healer, mute_time_intervals: [nights]}", true},
      {"{receiver: healer, active_time_intervals: [days]}", true},
      {"{receiver: team, routes: [{receiver: healer, mute_time_intervals: [nights]}]}", true},
      {"{receiver: team, routes: [{matchers: [a=b], receiver: team, mute_time_intervals: [nights]}, "
       "{receiver: healer}]}",
       false},
      // The receiver is inherited, intervals are not.
      {"{receiver: healer, routes: [{matchers: [a=b], mute_time_intervals: [nights]}]}", true},
      {"{receiver: team, routes: [{matchers: [a=b], mute_time_intervals: [nights], routes: [{receiver: "
       "healer}]}]}",
       false},
  }));
  CAPTURE(route);
  const auto found =
      has_time_intervals(status("route: " + route + "\nreceivers: [{name: healer}]\n"), kHealer);
  REQUIRE(found);
  CHECK(*found == timed);
}

TEST_CASE("a status that shows no configuration says nothing") {
  const auto text =
      GENERATE(as<std::string>{}, "", "{}", "[]", R"({"config":{}})", R"({"config":{"original":""}})",
               R"({"config":{"original":"[a"}})", R"({"config":{"original":"7"}})");
  CHECK_FALSE(has_time_intervals(text, kHealer));
}

TEST_CASE("an alert is muted when every group of the healer's that it is in is") {
  const std::string muted = R"(,"mutedBy":["nights"])";
  const std::string delivered = R"(,"mutedBy":[])";
  const auto found = parse_muted("[" + group("healer", "a", muted) + "," + group("healer", "b", muted) + "," +
                                     group("healer", "b", delivered) + "," + group("team", "c", muted) + "," +
                                     group("team", "a", delivered) + "]",
                                 kHealer);
  REQUIRE(found);
  CHECK(found->shown);
  CHECK(found->by_interval == std::map<std::string, std::string>{{"a", "nights"}});
}

TEST_CASE("an Alertmanager before 0.28 does not show what is muted") {
  const auto found =
      parse_muted("[" + group("healer", "a", R"(,"silencedBy":[],"inhibitedBy":[])") + "]", kHealer);
  REQUIRE(found);
  CHECK_FALSE(found->shown);
  CHECK(found->by_interval.empty());
}

TEST_CASE("what is no list of groups is refused") {
  const auto text = GENERATE(as<std::string>{}, "", "{}", "[7]");
  CHECK_FALSE(parse_muted(text, kHealer));
}
