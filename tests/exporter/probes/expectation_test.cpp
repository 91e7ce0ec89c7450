#include "exporter/probes/expectation.h"

#include "tests/catch.h"

using namespace exporter::probes;

namespace {

Expectation expectation(const std::string& yml) {
  base::yaml::Problems problems;
  auto read = read_expectation(base::yaml::parse(yml, "x.yml", problems));
  INFO(problems.str());
  REQUIRE(problems.empty());
  return read;
}

}  // namespace

TEST_CASE("an HTTP answer is judged by status, body and JSON, in this order") {
  const auto [yml, status, body, reason] = GENERATE(table<const char*, int, const char*, Reason>({
      {"{}", 200, "", Reason::kNone},
      {"{}", 204, "", Reason::kNone},
      {"{}", 301, "", Reason::kStatus},
      {"{}", 503, "", Reason::kStatus},
      {"{valid_status_codes: [401, 403]}", 401, "", Reason::kNone},
      {"{valid_status_codes: [401, 403]}", 200, "", Reason::kStatus},
      {"{fail_if_body_not_matches_regexp: [fine, we]}", 200, "we are fine", Reason::kNone},
      {"{fail_if_body_not_matches_regexp: [fine, they]}", 200, "we are fine", Reason::kBody},
      {"{fail_if_body_matches_regexp: [maintenance]}", 200, "in maintenance", Reason::kBody},
      {"{fail_if_body_matches_regexp: [maintenance]}", 200, "fine", Reason::kNone},
      {"{fail_if_body_matches_regexp: [x]}", 500, "x", Reason::kStatus},
      {"{json: {/status: ok}}", 200, R"({"status": "ok"})", Reason::kNone},
      {"{json: {/status: ok}}", 200, R"({"status": "bad"})", Reason::kJson},
      {"{json: {/status: ok}}", 200, R"({"other": "ok"})", Reason::kJson},
      {"{json: {/status: ok}}", 200, "<html>", Reason::kJson},
      {"{json: {/n: 3, /on: true, /none: null, /text: '3', /list/0: 1.50}}", 200,
       R"({"n": 3.0, "on": true, "none": null, "text": "3", "list": [1.5]})", Reason::kNone},
      {"{json: {/n: 3}}", 200, R"({"n": 4})", Reason::kJson},
      {"{json: {/on: true}}", 200, R"({"on": false})", Reason::kJson},
      {"{json: {/n: three}}", 200, R"({"n": 3})", Reason::kJson},
      {"{json: {/n: ''}}", 200, R"({"n": {}})", Reason::kJson},
      {"{json: {/n: ''}}", 200, R"({"n": ""})", Reason::kNone},
  }));
  CAPTURE(yml, status, body);
  const auto failure = judge(expectation(yml), status, body);
  INFO(failure.text);
  REQUIRE(failure.reason == reason);
  REQUIRE(failure.text.empty() == (reason == Reason::kNone));
}

TEST_CASE("why an answer is not the expected one never repeats the answer") {
  const auto failure = judge(expectation("{json: {/token: x}}"), 200, R"({"token": "s3cret", "s3cret": 1})");
  REQUIRE(failure.reason == Reason::kJson);
  REQUIRE(failure.text.find("s3cret") == std::string::npos);
}
