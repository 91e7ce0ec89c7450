#include "healer/verify/direct.h"

#include "tests/catch.h"
#include "tests/healer/fake_engine.h"

using namespace healer;
using namespace std::chrono_literals;
using Verdict = CheckInput::Verdict;
using checks::confirm;

namespace {

struct Fixture {
  tests::FakeEngine engine;
  base::SystemClock clock;

  CheckInput ask(const std::optional<DirectProbe>& probe, Verdict said = Verdict::kHealthy) {
    CheckInput first;
    first.incident = "INC-1";
    first.round = 7;
    first.verdict = said;
    first.detail = "the symptom is gone";
    CheckRequest order;
    order.target = {"container", "quantum_redis"};
    order.verify.direct = probe;
    return confirm(first, order, engine.docker, base::Deadline::after(clock, 20s));
  }
};

DirectProbe page(const std::string& server, const std::string& path = "/health") {
  DirectProbe probe;
  probe.kind = DirectProbe::Kind::kHttp;
  probe.server = server;
  probe.path = path;
  return probe;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "healthy is only what both sources say") {
  engine.contains("running", {});
  const CheckInput both = ask(DirectProbe{});
  CHECK(both.verdict == Verdict::kHealthy);
  CHECK(both.detail == "the symptom is gone; container quantum_redis runs");
  CHECK(both.incident == "INC-1");
  CHECK(both.round == 7);
  engine.contains("restarting", {});
  const CheckInput one = ask(DirectProbe{});
  CHECK(one.verdict == Verdict::kUnhealthy);
  CHECK(one.detail == "the symptom is gone; but container quantum_redis is restarting");
}

TEST_CASE_METHOD(Fixture, "what the engine does not report is unknown, never healthy") {
  engine.cannot_tell();
  CHECK(ask(DirectProbe{}).verdict == Verdict::kUnknown);
}

TEST_CASE_METHOD(Fixture,
                 "a first source that is not content is not asked again, nor is one without a second") {
  engine.contains("running", {});
  CHECK(ask(DirectProbe{}, Verdict::kUnhealthy).verdict == Verdict::kUnhealthy);
  CHECK(ask(DirectProbe{}, Verdict::kUnknown).verdict == Verdict::kUnknown);
  CHECK(ask(std::nullopt).detail == "the symptom is gone");
}

TEST_CASE_METHOD(Fixture, "a page must answer the wanted status") {
  const std::vector<tests::ScriptedServer::Route> routes{{"GET", "/health"}, {"GET", "/of/*"}};
  tests::ScriptedServer server(routes);
  CHECK(ask(page(server.url())).verdict == Verdict::kHealthy);
  CHECK(ask(page(server.url(), "/of/{{target}}")).verdict == Verdict::kHealthy);
  CHECK(server.requests().back().path == "/of/quantum_redis");
  server.answer({"GET", "/health"}, base::http::json(503, "{}"));
  const CheckInput ill = ask(page(server.url()));
  CHECK(ill.verdict == Verdict::kUnhealthy);
  CHECK_THAT(ill.detail, Catch::Contains("answered 503, not 200"));
  DirectProbe expects = page(server.url());
  expects.status = 503;
  CHECK(ask(expects).verdict == Verdict::kHealthy);
  CHECK(ask(page("http://127.0.0.1:1")).verdict == Verdict::kUnhealthy);
}

TEST_CASE_METHOD(Fixture, "a port must accept connections") {
  const std::vector<tests::ScriptedServer::Route> routes{{"GET", "/"}};
  tests::ScriptedServer server(routes);
  DirectProbe probe;
  probe.kind = DirectProbe::Kind::kTcp;
  probe.address = base::parse_base_url(server.url())->endpoint;
  CHECK(ask(probe).verdict == Verdict::kHealthy);
  probe.address.port = 1;
  const CheckInput closed = ask(probe);
  CHECK(closed.verdict == Verdict::kUnhealthy);
  CHECK_THAT(closed.detail, Catch::Contains("connect to 127.0.0.1:1: "));
}
