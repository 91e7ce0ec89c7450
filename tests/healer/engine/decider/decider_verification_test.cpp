// How verification ends: healed, without effect, or without evidence.
#include "tests/catch.h"
#include "tests/healer/recording_effects.h"

using namespace healer;
using namespace std::chrono_literals;
using enum CheckInput::Verdict;
using tests::DeciderFixture;

namespace {

struct Verification : DeciderFixture {
  // A check a second, each answered the same.
  void answer_for(base::Duration time, CheckInput::Verdict verdict, const std::string& detail) {
    const base::MonoTime end = clock.now().mono + time;
    while (clock.now().mono < end) {
      answer(verdict, detail);
      pass(1s);
    }
  }
  void answer(CheckInput::Verdict verdict, const std::string& detail) {
    const CheckRequest& order = effects.checks.back();
    turn({CheckInput{order.incident, order.round, verdict, clock.now().wall, detail}});
  }
  void act() {
    deliver(down());
    REQUIRE(effects.runs.size() == 1);
    finish_action();
  }
  const Notice* last(Notice::Kind kind) const {
    const auto found = std::find_if(effects.notices.rbegin(), effects.notices.rend(),
                                    [&](const Notice& notice) { return notice.kind == kind; });
    return found == effects.notices.rend() ? nullptr : &*found;
  }
};

}  // namespace

TEST_CASE_METHOD(Verification, "what the last check found is in the record, the timeline and the notice") {
  act();
  answer_for(20s, kUnhealthy, "ContainerDown is still firing");
  CHECK(effects.runs.size() == 2);
  const std::string why = "the symptom did not clear in time: ContainerDown is still firing";
  const auto& timeline = newest().timeline;
  const auto entry = std::ranges::find(timeline, "ineffective", &TimelineEntry::what);
  REQUIRE(entry != timeline.end());
  CHECK(entry->detail == why);
  REQUIRE(last(Notice::Kind::kIneffective));
  CHECK(last(Notice::Kind::kIneffective)->detail == why);
}

TEST_CASE_METHOD(Verification, "a verification without evidence disrupts nothing and notifies an operator") {
  act();
  answer_for(20s, kUnknown, "http://127.0.0.1:9869: refresh: status 500");
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kUnverified);
  CHECK(newest().refusal_detail ==
        "its health could not be verified: http://127.0.0.1:9869: refresh: status 500");
  CHECK(effects.runs.size() == 1);
  REQUIRE(last(Notice::Kind::kExhausted));
  CHECK_THAT(last(Notice::Kind::kExhausted)->title, Catch::Contains("could not be verified"));
  answer_for(10min, kUnknown, "http://127.0.0.1:9869: refresh: status 500");
  CHECK(effects.runs.size() == 1);
  CHECK(std::ranges::count(effects.notices, Notice::Kind::kExhausted, &Notice::kind) == 1);

  SECTION("a check that finds it healthy has it verified, and healed") {
    answer(kHealthy, "up");
    REQUIRE(state() == State::kVerifying);
    answer(kHealthy, "up");
    pass(6s);
    answer(kHealthy, "up");
    CHECK(state() == State::kHealed);
    CHECK(effects.runs.size() == 1);
  }
  SECTION("a check that finds the symptom lets the next rung run") {
    list({down()});
    answer(kUnhealthy, "down");
    list({down()});
    CHECK(effects.runs.size() == 2);
  }
  SECTION("the end of its alert has it verified") {
    deliver(down("quantum_redis", false));
    CHECK(state() == State::kVerifying);
    CHECK(effects.runs.size() == 1);
  }
  SECTION("an operator who has checked the target releases it") {
    const ReleaseIncident release{newest().id};
    deliver(down("quantum_redis", false));
    CHECK_THAT(operate(release), Catch::Contains("not exhausted"));
    answer_for(20s, kUnknown, "still nothing");
    CHECK(operate(release) == "");
    CHECK(state() == State::kReleased);
  }
  SECTION("another process continues to wait") {
    start();
    list({down()});
    pass(1min);
    CHECK(newest().refusal == Refusal::kUnverified);
    CHECK(effects.runs.size() == 1);
  }
}

TEST_CASE_METHOD(Verification, "the last rung without evidence is not exhausted") {
  act();
  answer_for(20s, kUnhealthy, "down");
  finish_action();
  answer_for(20s, kUnknown, "Prometheus does not answer");
  CHECK(state() == State::kGated);
  CHECK(newest().refusal == Refusal::kUnverified);
  answer(kUnhealthy, "down");
  list({down()});
  CHECK(state() == State::kExhausted);
}

TEST_CASE_METHOD(Verification, "an answer that only waits for newer data does not hide an earlier one") {
  act();
  answer(kUnhealthy, "down");
  pass(1s);
  while (effects.runs.size() == 1 && state() == State::kVerifying) {
    const CheckRequest& order = effects.checks.back();
    CheckInput waits{order.incident, order.round, kUnknown, clock.now().wall, "not yet scraped"};
    waits.pending = true;
    turn({waits});
    pass(1s);
  }
  CHECK(effects.runs.size() == 2);
}

TEST_CASE_METHOD(Verification, "no answer at all is no evidence") {
  act();
  pass(20s);
  CHECK(newest().refusal == Refusal::kUnverified);
  CHECK_THAT(newest().refusal_detail, Catch::Contains("no check has ended"));
}

TEST_CASE_METHOD(Verification, "health that is not confirmed in probation for want of data is no relapse") {
  act();
  answer(kHealthy, "up");
  REQUIRE(state() == State::kProbation);
  pass(1s);
  answer_for(25s, kUnknown, "no data");
  CHECK(newest().refusal == Refusal::kUnverified);
  CHECK(effects.runs.size() == 1);
}

TEST_CASE_METHOD(Verification, "a container that has exited ends the verification at once") {
  act();
  const auto answer_exited = [this] {
    const CheckRequest& order = effects.checks.back();
    CHECK(order.should_run);
    CheckInput exited{order.incident, order.round, kUnhealthy, clock.now().wall,
                      "container quantum_redis exited with code 137"};
    exited.ended = true;
    exited.exit_code = 137;
    exited.last_log_lines = "out of memory";
    turn({exited});
  };
  pass(1s);
  answer_exited();
  REQUIRE(effects.runs.size() == 2);
  finish_action();
  pass(1s);
  answer_exited();
  REQUIRE(state() == State::kExhausted);
  const Notice* exhausted = last(Notice::Kind::kExhausted);
  REQUIRE(exhausted);
  CHECK(exhausted->field("exit_code") == "137");
  CHECK(exhausted->field("last_log_lines") == "out of memory");
  CHECK(exhausted->field("next_command") == "docker logs --tail 100 quantum_redis");
  CHECK(exhausted->field("release_command") == "salusctl release " + newest().id + " --reason ...");
  CHECK_THAT(exhausted->detail, Catch::Contains("exited with code 137"));
}
