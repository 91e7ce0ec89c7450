#include "healer/verify/container_end.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"
#include "tests/healer/fake_engine.h"

using namespace healer;
using namespace std::chrono_literals;
using Verdict = CheckInput::Verdict;

namespace {

const tests::ScriptedServer::Route kEvents{"GET", "/api/v1/log-events"};

struct Fixture {
  tests::FakeEngine engine;
  tests::ScriptedServer exporter{{kEvents}};
  tests::FakeClock clock;
  base::SystemClock real;
  bool should_run = true;

  void contains(const std::string& state, base::Duration ago, int restarts = 0) {
    engine.inspected(
        200, fmt::format(R"({{"Id":"x","Name":"/quantum_redis","RestartCount":{},"State":{{"Status":"{}",)"
                         R"("Running":{},"ExitCode":137,"FinishedAt":"{}"}}}})",
                         restarts, state, state == "running", base::rfc3339(clock.now().wall - ago)));
  }
  CheckInput ask(Verdict verdict = Verdict::kUnknown) {
    CheckInput said;
    said.incident = "INC-1";
    said.round = 7;
    said.verdict = verdict;
    said.detail = "not yet scraped since the action";
    said.pending = true;
    CheckRequest order;
    order.target = {"container", "quantum_redis"};
    order.should_run = should_run;
    return checks::add_container_end(said, order, engine.docker, checks::Exporter(exporter.url()), clock,
                                     base::Deadline::after(real, 20s));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a container that has exited is unhealthy, without any other evidence") {
  const std::string state = GENERATE("exited", "dead");
  contains(state, 3s);
  exporter.answer(kEvents, base::http::json(200, R"({"status":"success","data":[{"text":"second"},)"
                                                 R"({"text":"first"}]})"));
  const CheckInput answer = ask();
  CHECK(answer.verdict == Verdict::kUnhealthy);
  CHECK(answer.detail == "container quantum_redis exited with code 137");
  CHECK(answer.ended);
  CHECK_FALSE(answer.pending);
  CHECK(answer.exit_code == 137);
  CHECK(answer.last_log_lines == "first\nsecond");
  CHECK(answer.round == 7);
}

TEST_CASE_METHOD(Fixture, "while a restart policy may still start it, verification goes on") {
  contains("exited", 3s - 1ms);
  CHECK(ask().verdict == Verdict::kUnhealthy);
  CHECK_FALSE(ask().ended);
  contains("restarting", 10s, 4);
  CHECK(ask().verdict == Verdict::kUnknown);
  CHECK_FALSE(ask().ended);
}

TEST_CASE_METHOD(Fixture, "a container that its restart policy starts again and again has ended") {
  contains("restarting", 1s, 5);
  const CheckInput answer = ask();
  CHECK(answer.ended);
  CHECK(answer.detail == "container quantum_redis ends again and again: 5 restarts, exit code 137");
}

TEST_CASE_METHOD(Fixture, "an exporter without its log changes nothing else") {
  contains("exited", 1min);
  exporter.answer(kEvents, base::http::json(500, "{}"));
  CHECK(ask().ended);
  CHECK(ask().last_log_lines.empty());
}

TEST_CASE_METHOD(Fixture, "what runs, is healthy, or need not run is left as it is") {
  SECTION("it runs") { contains("running", 1h); }
  SECTION("it is paused") { contains("paused", 1h); }
  SECTION("the engine cannot report") { engine.cannot_tell(); }
  SECTION("the action has not started it") {
    contains("exited", 1h);
    should_run = false;
  }
  CHECK(ask().verdict == Verdict::kUnknown);
  CHECK(ask().detail == "not yet scraped since the action");
  contains("exited", 1h);
  CHECK(ask(Verdict::kHealthy).verdict == Verdict::kHealthy);
}
