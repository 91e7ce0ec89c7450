#include "healer/alerts/alertmanager_list.h"

#include <fmt/format.h>

#include "tests/catch.h"

using namespace healer;
using namespace std::chrono_literals;
using Held = std::map<std::string, std::string>;

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

base::Result<AlertsInput> parse_list(std::string_view body, base::Now asked_at) {
  return webhook::parse_list(body, asked_at, {"salus", "other name"});
}

// The alert as routed to these, in JSON.
std::string routed(std::string alert, const std::string& receivers) {
  const std::string salus = R"("receivers":[{"name":"salus"}],)";
  alert.replace(alert.find(salus), salus.size(), receivers.empty() ? "" : "\"receivers\":" + receivers + ",");
  return alert;
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

TEST_CASE("what is suppressed is held, with the reason; what demands a policy counts for it in full") {
  const auto [by, why] = GENERATE(table<std::string, std::string>({
      {R"("inhibitedBy":["f1"],"silencedBy":[])", "inhibited in Alertmanager by the alert f1"},
      {R"("inhibitedBy":["f1"],"silencedBy":["s1"])", "silenced in Alertmanager: silence s1"},
      {R"("inhibitedBy":[],"silencedBy":["s1","s2"])", "silenced in Alertmanager: silence s1"},
      {R"("mutedBy":["nights"])", "muted in Alertmanager by the time interval nights"},
      {R"("inhibitedBy":[],"silencedBy":[])", "suppressed in Alertmanager"},
  }));
  const std::string ends = "2025-12-17T04:13:00.000Z";
  const auto list =
      parse_list("[" + one("A", "suppressed", R"(,"heal":"x")", ends, by) + "," +
                     one("B", "suppressed", R"(,"policy":"defensive_exit","heal":"x")", ends, by) + "]",
                 kNow);
  REQUIRE(list);
  REQUIRE(list->alerts.size() == 1);
  CHECK(list->alerts[0].fingerprint == "fB");
  CHECK(list->held == Held{{"fA", why}, {"fB", why}});
  CHECK(list->here == 2);
}

TEST_CASE("what Alertmanager routes to other receivers alone is not the healer's") {
  const auto [receivers, ours] = GENERATE(table<std::string, bool>({
      {R"([{"name":"salus"}])", true},
      {R"([{"name":"team"},{"name":"other name"}])", true},
      {R"([{"name":"team"},{"name":"Salus"}])", false},
      {"[]", false},
      {"", true},  // nothing says where it is routed
      {R"([7,{"name":8},{}])", false},
  }));
  CAPTURE(receivers);
  for (const char* labels : {R"(,"heal":"x")", R"(,"policy":"defensive_exit")"}) {
    const auto list = parse_list("[" + routed(one("A", "active", labels), receivers) + "]", kNow);
    REQUIRE(list);
    CHECK(list->alerts.size() == (ours ? 1 : 0));
    CHECK(list->held.size() == (ours ? 0 : 1));
    CHECK(list->here == (ours ? 1 : 0));
    CHECK(list->elsewhere == (ours ? 0 : 1));
  }
}

TEST_CASE("an alert of other receivers is held, and one that asks for nothing is shown") {
  const std::string team = R"([{"name":"team"},{"name":"people"}])";
  const auto list = parse_list("[" + routed(one("A", "active", R"(,"heal":"x")"), team) + "," +
                                   routed(one("B"), team) + "," + routed(one("Watchdog"), team) + "]",
                               kNow);
  REQUIRE(list);
  REQUIRE(list->alerts.size() == 1);
  CHECK(list->alerts[0].fingerprint == "fB");
  CHECK(list->held == Held{{"fA", "Alertmanager routes it to team, people"}});
  CHECK(list->elsewhere == 2);  // the Watchdog is no sign of this healer's chain
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
