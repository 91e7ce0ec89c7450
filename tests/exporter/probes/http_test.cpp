#include "exporter/probes/http.h"

#include <sys/stat.h>

#include "base/http/server/server.h"
#include "tests/exporter/probes/probing.h"
#include "tests/fakes/temporary_folder.h"

using exporter::probes::Reason;
using namespace std::chrono_literals;

namespace {

class Site {
 public:
  Site() : server_({}, tests::real_clock()) {
    using base::http::Request;
    server_.handle("GET", "/health",
                   [](const Request&) { return base::http::json(200, R"({"status":"ok"})"); });
    server_.handle("GET", "/down", [](const Request&) { return base::http::text(503, "down"); });
    server_.handle("GET", "/hop", [](const Request&) { return redirect("/health"); });
    server_.handle("GET", "/round", [](const Request&) { return redirect("/round"); });
    server_.handle("GET", "/private", [](const Request& request) {
      return base::http::text(200, request.header("Authorization").value_or("nobody"));
    });
    server_.handle("GET", "/to",
                   [](const Request& request) { return redirect(request.parameter("url").value_or("")); });
    server_.handle("POST", "/echo", [](const Request& request) {
      return base::http::text(200, request.header("X-Kind").value_or("") + request.body);
    });
    REQUIRE(server_.listen("127.0.0.1:0"));
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}", server_.port()); }
  exporter::probes::ProbeResult probe(const std::string& path, const std::string& keys = "") {
    return tests::probe("http", fmt::format("{{url: \"http://127.0.0.1:{}{}\"{}}}", server_.port(), path,
                                            keys.empty() ? "" : ", " + keys));
  }

 private:
  static base::http::Response redirect(const std::string& to) {
    auto response = base::http::text(302, "");
    response.headers.emplace("Location", to);
    return response;
  }
  base::http::Server server_;
};

}  // namespace

TEST_CASE_METHOD(Site, "a site that answers as expected succeeds") {
  const auto answer = probe("/health", "json: {/status: ok}, fail_if_body_not_matches_regexp: ['ok']");
  REQUIRE(answer.success());
  REQUIRE(answer.http_status == 200);
  REQUIRE_FALSE(answer.certificate_expires);
}

TEST_CASE_METHOD(Site, "another status, body or value says which of them it was") {
  const auto down = probe("/down");
  REQUIRE(down.failure.reason == Reason::kStatus);
  REQUIRE(down.http_status == 503);
  REQUIRE(probe("/health", "fail_if_body_not_matches_regexp: [fine]").failure.reason == Reason::kBody);
  REQUIRE(probe("/health", "json: {/status: fine}").failure.reason == Reason::kJson);
}

TEST_CASE_METHOD(Site, "redirects are followed, but not for ever, and not when that is not wanted") {
  REQUIRE(probe("/hop").success());
  REQUIRE(probe("/round").failure.reason == Reason::kRedirect);
  const auto first = probe("/hop", "follow_redirects: false");
  REQUIRE(first.failure.reason == Reason::kStatus);
  REQUIRE(first.http_status == 302);
}

TEST_CASE_METHOD(Site, "method, headers and body go out as configured") {
  REQUIRE(probe("/echo",
                "method: POST, body: ' hello', headers: {X-Kind: probe}, "
                "fail_if_body_not_matches_regexp: ['^probe hello$']")
              .success());
}

TEST_CASE_METHOD(Site, "credentials come from files, are sent, and are in no text") {
  const tests::TemporaryFolder folder;
  const auto file = folder.write("password", "s3cret\n");
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  // salus:s3cret in Base64.
  REQUIRE(probe("/private", "basic_auth: {username: salus, password_file: " + file +
                                "}, fail_if_body_not_matches_regexp: ['^Basic c2FsdXM6czNjcmV0$']")
              .success());
  REQUIRE(probe("/private",
                "bearer_token_file: " + file + ", fail_if_body_not_matches_regexp: ['^Bearer s3cret$']")
              .success());
  REQUIRE(::chmod(file.c_str(), 0644) == 0);
  const auto answer = probe("/private", "bearer_token_file: " + file);
  REQUIRE(answer.failure.reason == Reason::kSecret);
  REQUIRE(answer.failure.text.find("s3cret") == std::string::npos);
}

TEST_CASE_METHOD(Site, "credentials do not follow a redirect to another server") {
  const tests::TemporaryFolder folder;
  const auto file = folder.write("password", "s3cret\n");
  REQUIRE(::chmod(file.c_str(), 0600) == 0);
  const Site stranger;
  const std::string nobody = ", fail_if_body_not_matches_regexp: ['^nobody$']";
  const std::string secret =
      GENERATE(as<std::string>{}, "bearer_token_file: ", "basic_auth: {username: salus, password_file: ");
  const std::string credentials = secret + file + (secret.ends_with("password_file: ") ? "}" : "");
  CHECK(probe("/to?url=" + stranger.url() + "/private", credentials + nobody).success());
  CHECK(probe("/to?url=" + url() + "/private", credentials + nobody).failure.reason == Reason::kBody);
}
