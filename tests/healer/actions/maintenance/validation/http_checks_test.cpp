#include "healer/actions/maintenance/validation/http_checks.h"

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using namespace healer;
using namespace healer::validation;
using namespace std::chrono_literals;

namespace {

struct Fixture {
  const base::SystemClock clock;
  tests::ScriptedServer server{{{"GET", "/health"}}};

  HttpCheck check(std::map<std::string, std::optional<std::string>> fields = {}) const {
    return {.name = "bot",
            .url = server.url(),
            .path = "/health",
            .http = {},
            .status = 200,
            .fields = std::move(fields),
            .timeout = 50ms};
  }
  Check run(const HttpCheck& check, base::Duration within = 60s) const {
    return run_http_checks({check}, clock, base::Deadline::after(clock, within)).at(0);
  }
  void answer(int status, const std::string& body) {
    server.answer({"GET", "/health"}, base::http::json(status, body));
  }
};

struct Read {
  std::vector<HttpCheck> checks;
  std::string problems;
};
Read read(const std::string& yaml) {
  base::yaml::Problems problems;
  const auto root = base::yaml::parse("http: " + yaml + "\n", "healer.yml", problems);
  auto checks = read_http_checks(root.optional("http"));
  return {std::move(checks), problems.str()};
}

}  // namespace

TEST_CASE_METHOD(Fixture, "an endpoint is good when its status and every expected field are") {
  answer(200, R"({"status":"ok","version":7,"deep":{"ready":true}})");
  CHECK(run(check()).verdict == Verdict::kPass);
  const auto all = check({{"/status", "ok"}, {"/version", std::nullopt}, {"/deep/ready", "true"}});
  CHECK(run(all).verdict == Verdict::kPass);
  CHECK(run(check({{"/status", "fine"}})).detail == "the answer has ok at /status, not fine");
  CHECK(run(check({{"/missing", std::nullopt}})).detail == "the answer has no value at /missing");
}

TEST_CASE_METHOD(Fixture, "what is no good answer fails and says why") {
  answer(503, "{}");
  CHECK(run(check()).detail == "answered 503");
  answer(200, "<html>");
  CHECK(run(check()).verdict == Verdict::kPass);
  CHECK_THAT(run(check({{"/status", "ok"}})).detail, Catch::StartsWith("the answer is not JSON"));
  auto nobody = check();
  nobody.url = "http://127.0.0.1:9";
  CHECK(run(nobody).verdict == Verdict::kFail);
  CHECK(run(check(), 0s).verdict == Verdict::kFail);
}

TEST_CASE_METHOD(Fixture, "a server that has only just been started is asked again") {
  server.answer_once({"GET", "/health"}, base::http::json(503, "{}"));
  auto patient = check();
  patient.timeout = 30s;
  CHECK(run(patient).verdict == Verdict::kPass);
}

TEST_CASE("checks of servers are read with what is wrong with them") {
  const auto good = read(
      "[{name: bot, url: 'http://127.0.0.1:8000/health?full=1', status: 204, "
      "fields: {/status: ok, /version: ''}, timeout: 3s}]");
  CHECK(good.problems == "");
  REQUIRE(good.checks.size() == 1);
  CHECK(good.checks[0].url == "http://127.0.0.1:8000");
  CHECK(good.checks[0].path == "/health?full=1");
  CHECK(good.checks[0].status == 204);
  CHECK(good.checks[0].fields.at("/status") == "ok");
  CHECK_FALSE(good.checks[0].fields.at("/version"));
  CHECK(read("[{name: a, url: 'https://bot'}]").checks[0].path == "/");

  const auto [yaml, problem] = GENERATE(table<std::string, std::string>({
      {"[{url: 'http://a'}]", "name"},
      {"[{name: a}]", "url"},
      {"[{name: a, url: 'ftp://a'}]", "must begin with http:// or https://"},
      {"[{name: a, url: 'http://me:secret@a'}]", "must not hold a user or a password"},
      {"[{name: a, url: 'http://a/b c'}]", "must be percent-encoded"},
      {"[{name: a, url: 'http://a', fields: {status: ok}}]", "a JSON pointer must begin with /"},
      {"[{name: a, url: 'http://a', stats: 200}]", "stats"},
      {"[{name: a, url: 'http://a'}, {name: a, url: 'http://b'}]", "there is a check \"a\" already"},
      {"[7]", "must be a map"},
  }));
  CHECK_THAT(read(yaml).problems, Catch::Contains(problem));
}
