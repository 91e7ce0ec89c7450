#include "healer/actions/http_request.h"

#include <filesystem>

#include "base/os/file.h"
#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/actions/compiled.h"
#include "tests/healer/scripted_server.h"

using base::http::json;
using tests::compile;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kReload{"POST", "/modules/*/reload"};
const healer::Target kModule{"subsystem", "ai_model"};

struct Fixture {
  tests::ScriptedServer server{{kReload, {"PUT", "/flag"}}};
  base::SystemClock clock;
  base::docker::Engine nowhere{"unix:///nonexistent/docker.sock"};

  tests::Compiled compiled(const std::string& more) {
    return compile("http_request",
                   fmt::format("{{url: '{}/modules/{{{{target}}}}/reload?by=salus'{}}}", server.url(), more),
                   {nowhere, clock});
  }
  base::Result<healer::actions::Outcome> run(const std::string& more, const healer::Target& target = kModule,
                                             base::Duration timeout = 20s) {
    const auto with = compiled(more);
    REQUIRE(with.problems == "");
    return with.action->run(target, base::Deadline::after(clock, timeout));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a request names the target and has the configured body") {
  const auto with = compiled(", headers: {X-Source: salus}, body: '{\"reason\": \"stale\"}'");
  CHECK(with.action->describe(kModule) == "POST " + server.url() + "/modules/ai_model/reload");
  const auto outcome = with.action->run(kModule, base::Deadline::after(clock, 20s));
  REQUIRE(outcome);
  CHECK(outcome->detail == "POST " + server.url() + "/modules/ai_model/reload: answered 200");
  REQUIRE(server.requests().size() == 1);
  const base::http::Request request = server.requests()[0];
  CHECK(request.captures == std::vector<std::string>{"ai_model"});
  CHECK(request.parameter("by") == "salus");
  CHECK(request.header("X-Source") == "salus");
  CHECK(request.header("Content-Type") == "application/json");
  CHECK(request.body == "{\"reason\": \"stale\"}");
}

TEST_CASE_METHOD(Fixture, "a target's name is percent-encoded in the URL") {
  REQUIRE(run("", {"container", "odd name?x=&y"}));
  CHECK(server.requests()[0].captures == std::vector<std::string>{"odd name?x=&y"});
}

TEST_CASE_METHOD(Fixture, "secrets come from files, reach the server and appear in no words") {
  tests::TemporaryFolder folder;
  REQUIRE(base::write_atomically(folder.file("key"), "k3y\n", 0600));
  REQUIRE(base::write_atomically(folder.file("token"), "t0ken\n", 0600));
  server.answer(kReload, base::http::text(500, "no"));
  const auto outcome =
      run(fmt::format(", secret_headers: {{X-Api-Key: {}}}, http_config: {{authorization: "
                      "{{credentials_file: {}}}}}",
                      folder.file("key"), folder.file("token")));
  REQUIRE_FALSE(outcome);
  CHECK(server.requests()[0].header("X-Api-Key") == "k3y");
  CHECK(server.requests()[0].header("Authorization") == "Bearer t0ken");
  CHECK_THAT(outcome.error().message, !Catch::Contains("k3y") && !Catch::Contains("t0ken"));
  REQUIRE(std::filesystem::remove(folder.file("key")));
  const auto without = run(fmt::format(", secret_headers: {{X-Api-Key: {}}}", folder.file("key")));
  REQUIRE_FALSE(without);
  CHECK_THAT(without.error().message, Catch::StartsWith("header X-Api-Key: "));
  CHECK(server.requests().size() == 1);
}

TEST_CASE_METHOD(Fixture, "only the expected answer is a success") {
  const auto [more, status, body, error] = GENERATE(table<std::string, int, std::string, std::string>({
      {"", 204, "", ""},
      {"", 302, "", "answered 302"},
      {"", 503, "not now", "answered 503: not now"},
      {", statuses: [200]", 202, "", "answered 202"},
      {", statuses: [404]", 404, "", ""},
      {", pointer: /status, equals: ok", 200, R"({"status":"ok"})", ""},
      {", pointer: /count, equals: 3", 200, R"({"count":3})", ""},
      {", pointer: /off, equals: true", 200, R"({"off":true})", ""},
      {", pointer: /status, equals: ok", 200, R"({"status":"no"})", "has no at /status, not ok"},
      {", pointer: /status, equals: ok", 200, R"({"state":"ok"})", "has no value at /status"},
      {", pointer: /status, equals: ok", 200, R"({"status":"o)", "the answer: "},
  }));
  server.answer(kReload, json(status, body));
  const auto outcome = run(more);
  CAPTURE(more, status, body);
  CHECK(outcome.has_value() == error.empty());
  if (!outcome) CHECK_THAT(outcome.error().message, Catch::Contains(error));
}

TEST_CASE_METHOD(Fixture, "a server that does not answer in time, or is not there, is a failure") {
  server.hold();
  CHECK_FALSE(run("", kModule, 50ms));
  server.let_go();
  const auto gone = compile("http_request", "{url: 'http://127.0.0.1:1/'}", {nowhere, clock});
  CHECK_FALSE(gone.action->run(kModule, base::Deadline::after(clock, 20s)));
}

TEST_CASE_METHOD(Fixture, "what is wrong with a request is said, all at once") {
  const auto [parameters, problem] = GENERATE(table<std::string, std::string>({
      {"{}", "url"},
      {"{url: '127.0.0.1:80/x'}", "must begin with http://"},
      {"{url: 'http://user:pw@host/'}", "must not hold a user"},
      {"{url: 'http://{{target}}:80/'}", "only after the host"},
      {"{url: 'http://host/{{container}}'}", "only {{target}} is replaced"},
      {"{url: 'http://host/a b'}", "percent-encoded"},
      {"{url: 'http://host/', method: CONNECT}", "CONNECT"},
      {"{url: 'http://host/', headers: {Authorization: secret}}", "Authorization must not be set here"},
      {"{url: 'http://host/', headers: {'a b': c}}", "is not a valid header name"},
      {"{url: 'http://host/', headers: {a: \"b\\r\\nc: d\"}}", "control character"},
      {"{url: 'http://host/', secret_headers: {X-Key: key}}", "not an absolute path"},
      {"{url: 'http://host/', http_config: {authorization: {credentials_file: t}}}", "not an absolute path"},
      {"{url: 'http://host/', statuses: []}", "must list at least one status"},
      {"{url: 'http://host/', statuses: [999]}", "999"},
      {"{url: 'http://host/', pointer: /a}", "must be set together"},
      {"{url: 'http://host/', equals: a}", "must be set together"},
      {"{url: 'http://host/', pointer: a, equals: b}", "must begin with /"},
      {"{url: 'http://host/', boddy: x}", "boddy"},
  }));
  CHECK_THAT(compile("http_request", parameters, {nowhere, clock}).problems, Catch::Contains(problem));
}
