#include "healer/alerts/intake.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/builders.h"
#include "tests/healer/fake_journal.h"

using namespace healer;
using webhook::Arrival;
using webhook::Intake;
using Source = AlertStore::Source;

namespace {

constexpr std::size_t kPiece = Intake::kPiece;

struct Fixture {
  tests::FakeClock clock;
  tests::FakeJournal journal;
  AlertStore ledger{journal, clock};
  EventQueue events;
  Intake intake{ledger, events};

  std::vector<AlertsInput> posted() {
    std::vector<AlertsInput> all;
    for (Input& input : events.take({}, {})) all.push_back(std::get<AlertsInput>(std::move(input)));
    return all;
  }
  const Alert& stored(std::size_t i) {
    return std::get<AlertSeen>(journal.entries().at(i).record.fact).alert;
  }
};

std::vector<Alert> many(std::size_t count, const std::string& policy = "safe_risk_profile") {
  std::vector<Alert> alerts;
  for (std::size_t i = 0; i < count; ++i)
    alerts.push_back(tests::alert(std::to_string(i), {{"policy", policy}}));
  return alerts;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "a body of usual size is one transaction and one input") {
  const auto accepted = Arrival(intake, Source::kWebhook).bring(many(kPiece));
  REQUIRE(accepted);
  CHECK(accepted->stored == kPiece);
  CHECK(journal.appends() == 1);
  const auto inputs = posted();
  REQUIRE(inputs.size() == 1);
  CHECK(inputs[0].alerts.size() == kPiece);
  CHECK_FALSE(inputs[0].more);
}

TEST_CASE_METHOD(Fixture, "of a large body the strictest demand is durable and passed on first") {
  auto alerts = many(3 * kPiece);
  alerts.push_back(tests::alert("last", {{"policy", "emergency_shutdown"}}));
  const auto accepted = Arrival(intake, Source::kWebhook).bring(alerts);
  REQUIRE(accepted);
  CHECK(accepted->stored == alerts.size());
  CHECK(accepted->duplicates == 0);
  CHECK(journal.entries().size() == alerts.size());
  CHECK(stored(0).fingerprint == "0");
  CHECK(stored(1).fingerprint == "last");

  const auto inputs = posted();
  REQUIRE(inputs.size() == 6);
  CHECK(inputs[0].alerts.empty());
  CHECK(inputs[1].alerts.size() == 2);
  std::size_t passed_on = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    CHECK(inputs[i].body == inputs[0].body);
    CHECK(inputs[i].more == (i + 1 < inputs.size()));
    CHECK(inputs[i].alerts.size() <= kPiece);
    if (i > 1) passed_on += inputs[i].alerts.size();
  }
  CHECK(passed_on == alerts.size());
}

TEST_CASE_METHOD(Fixture, "what was demanded early counts once") {
  Arrival arrival(intake, Source::kWebhook);
  arrival.demand({tests::alert("last", {{"policy", "emergency_shutdown"}})});
  CHECK(journal.entries().size() == 1);
  auto alerts = many(2);
  alerts.push_back(tests::alert("last", {{"policy", "emergency_shutdown"}}));
  const auto accepted = arrival.bring(alerts);
  REQUIRE(accepted);
  CHECK(accepted->stored == 3);
  CHECK(accepted->duplicates == 0);
  const auto inputs = posted();
  CHECK(inputs.front().more);
  CHECK_FALSE(inputs.back().more);
}

TEST_CASE_METHOD(Fixture, "a body that is given up is over for the decider as well") {
  {
    Arrival(intake, Source::kWebhook).demand(many(1));
  }
  const auto inputs = posted();
  REQUIRE(inputs.size() == 3);
  CHECK(inputs[1].more);
  CHECK_FALSE(inputs[2].more);
  CHECK(inputs[2].body == inputs[0].body);
}

TEST_CASE_METHOD(Fixture, "what could not be written is passed on as such, and ends the body") {
  auto alerts = many(2 * kPiece);
  SECTION("from the beginning") {
    journal.set_failing(true);
    CHECK_FALSE(Arrival(intake, Source::kWebhook).bring(alerts));
    const auto inputs = posted();
    REQUIRE(inputs.size() == 3);
    // The demands at once.
    CHECK(inputs[1].unwritten);
    CHECK(inputs[1].alerts.size() == 1);
    CHECK(inputs[1].more);
    CHECK(inputs[2].unwritten);
    CHECK(inputs[2].alerts.size() == alerts.size());
    CHECK_FALSE(inputs[2].more);
  }
  SECTION("from some piece on") {
    journal.befall(tests::FakeJournal::Fault::kFail, 3);
    CHECK_FALSE(Arrival(intake, Source::kWebhook).bring(alerts));
    const auto inputs = posted();
    CHECK(inputs.back().unwritten);
    CHECK(inputs.back().alerts.size() == kPiece);
    CHECK_FALSE(inputs.back().more);
    // The next delivery of it stores the rest.
    const auto accepted = Arrival(intake, Source::kWebhook).bring(alerts);
    REQUIRE(accepted);
    CHECK(accepted->stored == kPiece);
    CHECK(accepted->duplicates == kPiece);
  }
}

TEST_CASE_METHOD(Fixture, "a short list is left to the decider, a long one is stored beforehand") {
  AlertsInput list{.alerts = many(3), .whole = true, .asked_at = clock.now().mono};
  intake.take_list(list);
  CHECK(journal.appends() == 0);
  REQUIRE(posted().size() == 1);

  list.alerts = many(2 * kPiece);
  intake.take_list(list);
  CHECK(journal.entries().size() == 2 * kPiece);
  CHECK(std::get<AlertSeen>(journal.entries()[0].record.fact).pulled);
  const auto inputs = posted();
  for (std::size_t i = 0; i + 1 < inputs.size(); ++i) {
    CHECK_FALSE(inputs[i].whole);
    CHECK(inputs[i].more);
  }
  CHECK(inputs.back().whole);
  CHECK(inputs.back().alerts.size() == list.alerts.size());
  CHECK_FALSE(inputs.back().more);

  // The next one brings nothing new.
  intake.take_list(list);
  CHECK(posted().size() == 2);
}

TEST_CASE_METHOD(Fixture, "what a list demands that is still being read is stored, and ends nothing") {
  intake.take_list({.alerts = many(1, "defensive_exit"), .asked_at = clock.now().mono});
  CHECK(journal.entries().size() == 1);
  for (const AlertsInput& input : posted()) CHECK_FALSE(input.whole);
}
