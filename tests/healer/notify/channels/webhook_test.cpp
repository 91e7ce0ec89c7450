#include "healer/notify/channels/webhook.h"

#include "tests/catch.h"
#include "tests/healer/scripted_server.h"

using healer::notify::Delivery;
using healer::notify::parse_secret_url;
using healer::notify::post;
using namespace std::chrono_literals;

namespace {

const tests::ScriptedServer::Route kHook{"POST", "/api/webhooks/1/s3cr3t-t0k3n"};

Delivery deliver(const std::string& base) {
  const base::SystemClock clock;
  const auto url = parse_secret_url(base + kHook.second);
  REQUIRE(url);
  return post(*url, R"({"content":"hello"})", {}, base::Deadline::after(clock, 5s), clock);
}

}  // namespace

TEST_CASE("a 2xx is delivered") {
  tests::ScriptedServer server({kHook});
  server.answer(kHook, base::http::text(204, ""));
  CHECK(deliver(server.url()).status == Delivery::Status::kDelivered);
  const auto request = server.requests().at(0);
  CHECK(request.body == R"({"content":"hello"})");
  CHECK(request.header("Content-Type") == "application/json");
}

TEST_CASE("what may pass is tried again, what will not is refused") {
  const auto [status, expected] = GENERATE(table<int, Delivery::Status>({
      {429, Delivery::Status::kRetry},
      {408, Delivery::Status::kRetry},
      {500, Delivery::Status::kRetry},
      {503, Delivery::Status::kRetry},
      {301, Delivery::Status::kRetry},
      {302, Delivery::Status::kRetry},
      {303, Delivery::Status::kRetry},
      {400, Delivery::Status::kRefused},
      {401, Delivery::Status::kRefused},
      {404, Delivery::Status::kRefused},
  }));
  tests::ScriptedServer server({kHook});
  server.answer(kHook, base::http::text(status, "why not"));
  CAPTURE(status);
  CHECK(deliver(server.url()).status == expected);
}

TEST_CASE("the receiver's wish for a pause is heeded within reason") {
  const auto [header, expected] = GENERATE(table<std::string, std::optional<base::Duration>>({
      {"7", 7s},
      {"0.5", 500ms},
      {"86400", 10min},
      {"-1", std::nullopt},
      {"nan", std::nullopt},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 0s},
      {"Fri, 21 Oct 2196 07:28:00 GMT", 10min},
      {"Wed, 21 Oct 2026 07:28:00", std::nullopt},
      {"soon", std::nullopt},
  }));
  tests::ScriptedServer server({kHook});
  base::http::Response busy = base::http::text(429, "");
  busy.headers.emplace("Retry-After", header);
  server.answer(kHook, busy);
  CAPTURE(header);
  CHECK(deliver(server.url()).retry_after == expected);
}

TEST_CASE("a date is counted from the receiver's own clock") {
  const std::string until =
      GENERATE("Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994");
  tests::ScriptedServer server({kHook});
  base::http::Response busy = base::http::text(503, "");
  busy.headers.emplace("Retry-After", until);
  busy.headers.emplace("Date", "Sun, 06 Nov 1994 08:49:07 GMT");
  server.answer(kHook, busy);
  CHECK(deliver(server.url()).retry_after == 30s);
}

TEST_CASE("a receiver that has moved for good gets the same notice at its new place") {
  const int status = GENERATE(307, 308);
  const tests::ScriptedServer::Route moved{"POST", "/moved"};
  tests::ScriptedServer server({kHook, moved});
  base::http::Response elsewhere = base::http::text(status, "");
  elsewhere.headers.emplace("Location", "/moved");
  server.answer(kHook, elsewhere);
  CHECK(deliver(server.url()).status == Delivery::Status::kDelivered);
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[1].path == "/moved");
  CHECK(server.requests()[1].body == R"({"content":"hello"})");
}

TEST_CASE("a redirect that would turn the notice into a request without one is reported") {
  tests::ScriptedServer server({kHook});
  base::http::Response elsewhere = base::http::text(302, "");
  elsewhere.headers.emplace("Location", "/s3cr3t-place");
  server.answer(kHook, elsewhere);
  const Delivery lost = deliver(server.url());
  CHECK_THAT(lost.error,
             Catch::Contains("answered 302: the receiver has moved") && !Catch::Contains("s3cr3t"));
  CHECK(server.requests().size() == 1);
}

TEST_CASE("Discord's wish in the body counts where it is the longer") {
  const auto [status, header, body,
              expected] = GENERATE(table<int, std::string, std::string, std::optional<base::Duration>>({
      {429, "", R"({"message":"You are being rate limited.","retry_after":1.337,"global":false})", 1337ms},
      {429, "3", R"({"retry_after":1.5})", 3s},
      {429, "1", R"({"retry_after":1e300})", 10min},
      {429, "", R"({"retry_after":"soon"})", std::nullopt},
      {429, "", "<html>", std::nullopt},
      {503, "", R"({"retry_after":5})", std::nullopt},
  }));
  tests::ScriptedServer server({kHook});
  base::http::Response busy = base::http::json(status, body);
  if (!header.empty()) busy.headers.emplace("Retry-After", header);
  server.answer(kHook, busy);
  CAPTURE(body);
  CHECK(deliver(server.url()).retry_after == expected);
}

TEST_CASE("an error reports what the receiver said") {
  tests::ScriptedServer server({kHook});
  server.answer(kHook, base::http::json(400, R"({"content": ["Must be 2000 or fewer in length."]})"));
  CHECK_THAT(deliver(server.url()).error, Catch::Contains("answered 400: {\"content\": [\"Must be 2000"));
}

TEST_CASE("no error ever holds the URL, which is the secret") {
  tests::ScriptedServer server({kHook});
  server.answer(kHook, base::http::text(500, "s3cr3t-t0k3n is broken"));
  CHECK_THAT(deliver(server.url()).error, !Catch::Contains("s3cr3t"));

  const Delivery lost = deliver("http://127.0.0.1:1");
  CHECK(lost.status == Delivery::Status::kRetry);
  CHECK(lost.error == "no response from 127.0.0.1:1: connection refused");
  CHECK_THAT(deliver("http://no-such-host.invalid").error,
             Catch::Contains("cannot resolve no-such-host.invalid: ") && !Catch::Contains("s3cr3t"));

  for (const std::string wrong : {"s3cr3t", "ftp://s3cr3t", "http:///s3cr3t", "https://user:s3cr3t@host/"}) {
    const auto url = parse_secret_url(wrong);
    REQUIRE_FALSE(url);
    CHECK_THAT(url.error().message, !Catch::Contains("s3cr3t"));
  }
}

TEST_CASE("a URL without a path posts to the root") {
  const auto url = parse_secret_url("https://hooks.slack.com");
  REQUIRE(url);
  CHECK(url->base == "https://hooks.slack.com");
  CHECK(url->host == "hooks.slack.com");
  CHECK(url->path == "/");
}
