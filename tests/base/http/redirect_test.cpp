#include "base/http/redirect.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/healer/scripted_server.h"

using namespace base::http;
using namespace std::chrono_literals;

namespace {

const base::SystemClock kClock;
const tests::ScriptedServer::Route kHook{"POST", "/hook"};
const tests::ScriptedServer::Route kMoved{"POST", "/moved"};

Response sends_to(int status, const std::string& location) {
  Response response = text(status, "");
  if (!location.empty()) response.headers.emplace("Location", location);
  return response;
}

base::Result<Followed> post(const std::string& base, const ClientOptions& options = {}) {
  return send_following("POST", {base, "/hook"}, "{\"a\":1}", "application/json", options, "X-Signature",
                        base::Deadline::after(kClock, 20s));
}

}  // namespace

TEST_CASE("where a Location leads") {
  const Place from{"https://host:8443", "/a/b?secret=1"};
  const auto [location, base, path] = GENERATE(table<std::string, std::string, std::string>({
      {"/c", "https://host:8443", "/c"},
      {"/c?d=e#f", "https://host:8443", "/c?d=e"},
      {"c", "https://host:8443", "/a/c"},
      {"?x=y", "https://host:8443", "/a/b?x=y"},
      {"//other/c", "https://other", "/c"},
      {"https://other:1/c%2Fd", "https://other:1", "/c%2Fd"},
      {"HTTPS://other", "https://other", "/"},
      {"https://other?x=1", "https://other", "/?x=1"},
      {"http://other/c", "http://other", "/c"},
      {"c:d/../e", "", "is neither http:// nor https://"},
      {"javascript:alert(1)", "", "is neither http:// nor https://"},
      {"ftp://other/c", "", "is neither http:// nor https://"},
      {"https://user:pass@other/c", "", "contains user info"},
      {"https:///c", "", "is not a URL"},
      {"https://ho st/c", "", "is not a URL"},
      {"/c d", "", "is not percent-encoded"},
      {"/\xC3\xBC", "", "is not percent-encoded"},
      {"", "", "is empty"},
      {"#f", "", "is empty"},
  }));
  CAPTURE(location);
  const auto to = redirect_target(from, location);
  if (base.empty()) {
    REQUIRE_FALSE(to);
    CHECK(to.error().message == path);
  } else {
    REQUIRE(to);
    CHECK(*to == Place{base, path});
  }
}

TEST_CASE("307 and 308 take the same request to the new place") {
  const int status = GENERATE(307, 308);
  tests::ScriptedServer server({kHook, kMoved});
  server.answer(kHook, sends_to(status, "/moved?x=%2F"));
  const auto answer = post(server.url());
  REQUIRE(answer);
  CHECK(answer->response.status == 200);
  REQUIRE(server.requests().size() == 2);
  const Request request = server.requests()[1];
  CHECK(request.method == "POST");
  CHECK(request.body == "{\"a\":1}");
  CHECK(request.header("Content-Type") == "application/json");
  CHECK(request.parameter("x") == "/");
}

TEST_CASE("other answers are the caller's") {
  const int status = GENERATE(200, 301, 302, 303, 404, 500);
  tests::ScriptedServer server({kHook, kMoved});
  server.answer(kHook, sends_to(status, "/moved"));
  const auto answer = post(server.url());
  REQUIRE(answer);
  CHECK(answer->response.status == status);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("a circle ends, and so does a redirect to nowhere") {
  tests::ScriptedServer server({kHook});
  server.answer(kHook, sends_to(307, "/hook"));
  const std::string host = server.url().substr(7);
  CHECK(post(server.url()).error().message == host + " answered 307: more than 5 redirects");
  CHECK(server.requests().size() == 6);
  server.answer(kHook, sends_to(308, ""));
  CHECK(post(server.url()).error().message == host + " answered 308 without a Location");
  server.answer(kHook, sends_to(308, "ftp://s3cr3t/"));
  CHECK(post(server.url()).error().message ==
        host + " answered 308; its Location is neither http:// nor https://");
}

TEST_CASE("another place gets no secret but what is shared with it") {
  const tests::TemporaryFolder folder;
  const std::string token = folder.write("token", "t0k3n");
  std::filesystem::permissions(token, std::filesystem::perms::owner_read);
  const ClientOptions options{.headers = {{"X-Signature", "abc"}, {"X-Api-Key", "s3cr3t"}},
                              .credentials_file = token};
  tests::ScriptedServer far({kMoved});
  tests::ScriptedServer near({kHook, kMoved});
  SECTION("the same place") {
    near.answer(kHook, sends_to(307, near.url() + "/moved"));
    REQUIRE(post(near.url(), options));
    const Request request = near.requests().at(1);
    CHECK(request.header("Authorization") == "Bearer t0k3n");
    CHECK(request.header("X-Api-Key") == "s3cr3t");
  }
  SECTION("another port") {
    near.answer(kHook, sends_to(307, far.url() + "/moved"));
    const auto answer = post(near.url(), options);
    REQUIRE(answer);
    CHECK(answer->host == far.url().substr(7));
    const Request request = far.requests().at(0);
    CHECK_FALSE(request.header("Authorization"));
    CHECK_FALSE(request.header("X-Api-Key"));
    CHECK(request.header("X-Signature") == "abc");
    CHECK(request.body == "{\"a\":1}");
  }
}

TEST_CASE("an error names hosts only") {
  const auto lost = send_following("POST", {"http://127.0.0.1:1", "/s3cr3t"}, "", "", {}, "",
                                   base::Deadline::after(kClock, 5s));
  REQUIRE_FALSE(lost);
  CHECK(lost.error().message == "no response from 127.0.0.1:1: connection refused");
}
