#include "healer/webhook/alertmanager_list.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace healer;
using namespace std::chrono_literals;
using webhook::parse_list;

namespace {

// Ten minutes past four, as every alert below was renewed a minute before.
const base::Now kNow{base::WallTime(std::chrono::seconds(1765944600)), base::MonoTime(1h)};

std::string one(const std::string& name, const std::string& state = "active", const std::string& labels = "",
                const std::string& ends_at = "2025-12-17T04:13:00.000Z",
                const std::string& suppressed_by = R"("inhibitedBy":[],"silencedBy":[])") {
  return fmt::format(
      R"({{"annotations":{{}},"endsAt":"{}","fingerprint":"f{}","receivers":[{{"name":"salus"}}],"startsAt":"2025-12-17T04:00:00.000Z",)"
      R"("status":{{{},"state":"{}"}},"updatedAt":"2025-12-17T04:09:00.000Z","generatorURL":"","labels":{{"alertname":"{}"{}}}}})",
      ends_at, name, suppressed_by, state, name, labels);
}

}  // namespace

TEST_CASE("everything that Alertmanager holds is firing, as of when it was asked") {
  const auto list = parse_list("[" + one("A") + "," + one("B", "unprocessed") + "]", kNow);
  REQUIRE(list);
  CHECK(list->whole);
  CHECK(list->asked_at == kNow.mono);
  REQUIRE(list->alerts.size() == 2);
  CHECK(list->alerts[0].firing);
  CHECK(list->alerts[0].fingerprint == "fA");
  CHECK(list->alerts[0].ends_at == base::WallTime{});
}

TEST_CASE("what is silenced starts nothing and has not ended; what demands a policy counts in full") {
  const auto list = parse_list(
      "[" + one("A", "suppressed") + "," + one("B", "suppressed", R"(,"policy":"defensive_exit")") + "]",
      kNow);
  REQUIRE(list);
  REQUIRE(list->alerts.size() == 1);
  CHECK(list->alerts[0].fingerprint == "fB");
  CHECK(list->muted == std::vector<std::string>{"fA"});
}

TEST_CASE("what is inhibited but not silenced is firing: only people are spared it") {
  const auto [by, firing] = GENERATE(table<std::string, bool>({
      {R"("inhibitedBy":["f1"],"silencedBy":[])", true},
      {R"("inhibitedBy":["f1"],"silencedBy":["s1"])", false},
      {R"("inhibitedBy":[],"silencedBy":["s1"])", false},
      {R"("mutedBy":["nights"])", false},
  }));
  const auto list = parse_list("[" + one("A", "suppressed", "", "2025-12-17T04:13:00.000Z", by) + "]", kNow);
  REQUIRE(list);
  CHECK(list->alerts.size() == (firing ? 1 : 0));
  CHECK(list->muted.size() == (firing ? 0 : 1));
}

TEST_CASE("a Watchdog that Prometheus no longer renews is no sign of life") {
  const auto [ends_at, there] = GENERATE(table<std::string, std::size_t>({
      {"2025-12-17T04:13:00.000Z", 1},  // four minutes given, one is gone
      {"2025-12-17T04:11:00.000Z", 1},  // half is gone
      {"2025-12-17T04:10:59.000Z", 0},  // more than half
      {"2025-12-17T04:09:00.000Z", 1},  // says nothing
  }));
  const auto list = parse_list("[" + one("Watchdog", "active", "", ends_at) + "]", kNow);
  REQUIRE(list);
  CHECK(list->alerts.size() == there);
}

TEST_CASE("what is no such list is refused") {
  const auto text =
      GENERATE(as<std::string>{}, "", "{}", "null", "[7]", "[{}]", R"([{"labels":{"a":1}}])", "[" + one("A"));
  CHECK_FALSE(parse_list(text, kNow));
}

TEST_CASE("an empty list is a list") { CHECK(parse_list("[]", kNow)->alerts.empty()); }
