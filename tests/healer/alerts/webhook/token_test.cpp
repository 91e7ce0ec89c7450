#include "healer/alerts/webhook/token.h"

#include "tests/catch.h"
#include "tests/fakes/fake_clock.h"

using healer::webhook::TokenCheck;

namespace {

base::http::Request with(const std::string& authorization) {
  base::http::Request request;
  if (!authorization.empty()) request.headers.emplace("authorization", authorization);
  return request;
}

}  // namespace

TEST_CASE("only the bearer of the token passes") {
  const tests::FakeClock clock;
  TokenCheck check("s3cret-token", clock);
  CHECK_FALSE(check.refuse(with("Bearer s3cret-token")));
  for (const char* right :
       {"Bearer s3cret-token", "bearer s3cret-token", "BEARER s3cret-token", "bearer  s3cret-token"}) {
    CAPTURE(right);
    CHECK_FALSE(check.refuse(with(right)));
    CHECK(check.borne_by(with(right)));
  }
  for (const char* wrong :
       {"", "Bearer", "Bearer ", "Bearer s3cret-toke", "Bearer s3cret-token ", "Bearer S3CRET-TOKEN",
        "s3cret-token", "Basic s3cret-token", "Bearers3cret-token", "bearer2 s3cret-token"}) {
    CAPTURE(wrong);
    const auto refused = check.refuse(with(wrong));
    REQUIRE(refused);
    CHECK(refused->status == 401);
    CHECK(refused->headers.find("WWW-Authenticate") != refused->headers.end());
    CHECK(refused->body.find("s3cret") == std::string::npos);
    CHECK_FALSE(check.borne_by(with(wrong)));
  }
}

TEST_CASE("a replaced token is the only one that counts") {
  const tests::FakeClock clock;
  TokenCheck check("old", clock);
  check.replace("new");
  CHECK(check.refuse(with("Bearer old")));
  CHECK_FALSE(check.refuse(with("Bearer new")));
}

TEST_CASE("without a token no request passes") {
  const tests::FakeClock clock;
  TokenCheck check("", clock);
  CHECK(check.refuse(with("")));
  CHECK(check.refuse(with("Bearer ")));
}

TEST_CASE("ten thousand wrong tries are all refused") {
  const tests::FakeClock clock;
  TokenCheck check("s3cret-token", clock);
  int refused = 0;
  for (int i = 0; i < 10000; ++i)
    refused += check.refuse(with("Bearer " + std::to_string(i))).has_value() ? 1 : 0;
  CHECK(refused == 10000);
}
