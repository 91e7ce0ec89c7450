#include "healer/alerts/webhook/receiver.h"

#include <fmt/format.h>

#include <map>

#include "healer/alerts/webhook/payload.h"
#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/alerts/large_body.h"
#include "tests/healer/fake_journal.h"

using namespace healer;

namespace {

struct Fixture {
  tests::FakeClock clock;
  tests::FakeJournal journal;
  AlertStore ledger{journal, clock};
  EventQueue events;
  webhook::TokenCheck token{"s3cret", clock};
  int pulled = 0;
  webhook::ReceiverNames names{{"healer"}};
  webhook::Intake intake{ledger, events};
  webhook::Receiver receiver{token, intake, names, [this] { ++pulled; }};

  base::http::Request post(const std::string& body) {
    base::http::Request request;
    request.method = "POST";
    request.path = "/api/v1/alerts";
    request.body = body;
    request.headers.emplace("Authorization", "Bearer s3cret");
    request.headers.emplace("Content-Type", "application/json");
    return request;
  }
  std::uint64_t count(const std::string& result) {
    for (const auto& [name, value] : receiver.counts()) {
      if (name == result) return value;
    }
    throw std::logic_error("no result " + result);
  }
  std::size_t posted() { return events.take({}, {}).size(); }
};

std::string body(const std::string& name, const std::string& more = "",
                 const std::string& status = "firing") {
  return fmt::format(
      R"({{"version":"4",{}"alerts":[{{"status":"{}","labels":{{"alertname":"{}","heal":"restart_container"}},"startsAt":"2025-12-17T04:00:00Z","endsAt":"2025-12-17T04:01:00Z"}}]}})",
      more, status, name);
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a delivery is acknowledged when it is in the journal, and the decider is woken") {
  CHECK(receiver.handle(post(body("ContainerDown"))).status == 200);
  CHECK(journal.entries().size() == 1);
  CHECK(posted() == 1);
  CHECK(count("stored") == 1);
}

TEST_CASE_METHOD(
    Fixture,
    "a repeated delivery is acknowledged without a write, and passed on: the alert is still said to fire") {
  receiver.handle(post(body("ContainerDown")));
  events.take({}, {});
  for (int i = 0; i < 4; ++i) CHECK(receiver.handle(post(body("ContainerDown"))).status == 200);
  CHECK(journal.appends() == 1);
  CHECK(posted() == 4);
  CHECK(count("duplicate") == 4);
}

TEST_CASE_METHOD(Fixture, "when nothing can be stored the answer is 503, and the decider is notified") {
  journal.set_failing(true);
  CHECK(receiver.handle(post(body("ContainerDown"))).status == 503);
  CHECK(count("failed") == 1);
  const auto inputs = events.take({}, {});
  REQUIRE(inputs.size() == 1);
  const auto& input = std::get<AlertsInput>(inputs[0]);
  CHECK(input.unwritten);
  CHECK(input.alerts.size() == 1);
  journal.set_failing(false);
  CHECK(receiver.handle(post(body("ContainerDown"))).status == 200);
  CHECK(count("stored") == 1);
}

TEST_CASE_METHOD(Fixture, "what is known already is acknowledged even while nothing can be stored") {
  receiver.handle(post(body("ContainerDown")));
  journal.set_failing(true);
  CHECK(receiver.handle(post(body("ContainerDown"))).status == 200);
}

TEST_CASE_METHOD(Fixture,
                 "of a large body the strictest demand is stored first, and all of it before the answer") {
  const std::size_t count = 3000;
  CHECK(receiver.handle(post(tests::large_body(count, "", "emergency_shutdown"))).status == 200);
  REQUIRE(journal.entries().size() == count + 1);
  CHECK(std::get<AlertSeen>(journal.entries()[0].record.fact).alert.label("policy") == "emergency_shutdown");
  CHECK(std::get<AlertSeen>(journal.entries()[1].record.fact).alert.label("instance") == "0");
  CHECK(this->count("stored") == count + 1);
  CHECK(this->count("duplicate") == 0);
  const auto inputs = events.take({}, {});
  CHECK(std::get<AlertsInput>(inputs.at(1)).alerts.at(0).label("policy") == "emergency_shutdown");
  CHECK_FALSE(std::get<AlertsInput>(inputs.back()).more);
}

TEST_CASE_METHOD(Fixture, "a large body that is none is refused, and nothing of it is stored") {
  std::string wrong = tests::large_body(3000, "", "emergency_shutdown");
  const auto at = wrong.rfind("2025-12-17");
  wrong.replace(at, 10, "yesterday!");
  CHECK(receiver.handle(post(wrong)).status == 400);
  CHECK(journal.appends() == 0);
  CHECK(posted() == 0);
}

TEST_CASE_METHOD(
    Fixture,
    "a large body of which a part cannot be stored is answered with 503, and what it demands is known") {
  journal.befall(tests::FakeJournal::Fault::kFail, 4);
  CHECK(receiver.handle(post(tests::large_body(3000, "", "emergency_shutdown"))).status == 503);
  CHECK(std::get<AlertSeen>(journal.entries()[0].record.fact).alert.label("policy") == "emergency_shutdown");
  CHECK(std::get<AlertsInput>(events.take({}, {}).back()).unwritten);
}

TEST_CASE_METHOD(Fixture, "the Watchdog wakes the decider and is not written") {
  CHECK(receiver.handle(post(body("Watchdog"))).status == 200);
  CHECK(journal.appends() == 0);
  CHECK(posted() == 1);
  CHECK(count("heartbeat") == 1);
}

TEST_CASE_METHOD(Fixture, "an alert that asks for nothing is acknowledged, and nothing else") {
  const auto request = post(
      R"({"version":"4","alerts":[{"status":"firing","labels":{"alertname":"HostDown"},"startsAt":"2025-12-17T04:00:00Z"}]})");
  CHECK(receiver.handle(request).status == 200);
  CHECK(journal.appends() == 0);
  CHECK(posted() == 0);
  CHECK(count("ignored") == 1);
}

TEST_CASE_METHOD(Fixture, "without the token nothing is done") {
  auto request = post(body("ContainerDown"));
  request.headers.erase("Authorization");
  CHECK(receiver.handle(request).status == 401);
  request.headers.emplace("Authorization", "Bearer wrong");
  CHECK(receiver.handle(request).status == 401);
  CHECK(journal.appends() == 0);
  CHECK(count("unauthorized") == 2);
}

TEST_CASE_METHOD(Fixture, "only POST, only JSON") {
  auto request = post(body("ContainerDown"));
  request.method = "GET";
  CHECK(receiver.handle(request).status == 405);
  const auto [type, status] = GENERATE(table<std::string, int>({
      {"application/json", 200},
      {"application/json; charset=utf-8", 200},
      {"Application/JSON", 200},
      {"application/jsonx", 400},
      {"text/plain", 400},
      {"", 400},
      {"multipart/form-data", 400},
  }));
  request = post(body("ContainerDown"));
  request.headers.erase("Content-Type");
  if (!type.empty()) request.headers.emplace("Content-Type", type);
  CAPTURE(type);
  CHECK(receiver.handle(request).status == status);
}

TEST_CASE_METHOD(Fixture, "a body that is none is 400, counted, and nothing is done") {
  for (const char* wrong : {"", "{}", "nonsense", R"({"version":"5","alerts":[]})"})
    CHECK(receiver.handle(post(wrong)).status == 400);
  CHECK(count("invalid") == 4);
  CHECK(journal.appends() == 0);
  CHECK(posted() == 0);
}

TEST_CASE_METHOD(Fixture, "an alert beyond the bounds is taken, and counted") {
  const std::string big(webhook::kMaxValue + 1, 'x');
  CHECK(receiver.handle(post(body(big))).status == 200);
  CHECK(count("oversized") == 1);
  CHECK(count("stored") == 1);
}

TEST_CASE_METHOD(Fixture, "what Alertmanager left out is pulled") {
  CHECK(receiver.handle(post(body("ContainerDown", R"("truncatedAlerts":7,)"))).status == 200);
  CHECK(pulled == 1);
  CHECK(count("truncated") == 7);
}

TEST_CASE_METHOD(Fixture, "an end alone is kept, so that a late firing of it starts nothing") {
  CHECK(receiver.handle(post(body("ContainerDown", "", "resolved"))).status == 200);
  CHECK(receiver.handle(post(body("ContainerDown"))).status == 200);
  CHECK(count("stale") == 1);
}

TEST_CASE_METHOD(Fixture, "every result is counted from the beginning") {
  std::map<std::string_view, std::uint64_t> counts;
  for (const auto& [name, value] : receiver.counts()) counts[name] = value;
  CHECK(counts == std::map<std::string_view, std::uint64_t>{{"stored", 0},
                                                            {"duplicate", 0},
                                                            {"stale", 0},
                                                            {"heartbeat", 0},
                                                            {"ignored", 0},
                                                            {"oversized", 0},
                                                            {"failed", 0},
                                                            {"truncated", 0},
                                                            {"invalid", 0},
                                                            {"unauthorized", 0}});
}

TEST_CASE_METHOD(Fixture, "a delivery teaches the receiver that it comes from, and the list is read again") {
  CHECK(receiver.handle(post(body("A", R"("receiver":"healer",)"))).status == 200);
  CHECK(pulled == 0);
  CHECK(receiver.handle(post(body("B", R"("receiver":"salus-production",)"))).status == 200);
  CHECK(pulled == 1);
  CHECK(names.all().contains("salus-production"));
  CHECK(receiver.handle(post(body("C", R"("receiver":"salus-production",)"))).status == 200);
  CHECK(pulled == 1);
}

TEST_CASE_METHOD(Fixture, "a delivery without the token teaches nothing") {
  base::http::Request request = post(body("A", R"("receiver":"salus-production",)"));
  request.headers.erase("Authorization");
  CHECK(receiver.handle(request).status == 401);
  CHECK_FALSE(names.all().contains("salus-production"));
}
