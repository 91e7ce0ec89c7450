#include <nlohmann/json.hpp>

#include "base/http/client.h"
#include "base/http/web/web_page.h"
#include "healer/api/api.h"
#include "healer/api/page.h"
#include "tests/base/http/server/raw_client.h"
#include "tests/catch.h"
#include "tests/healer/api/api_client.h"
#include "tests/healer/api/fake_decider.h"
#include "tests/healer/example_view.h"

using namespace healer;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

Approval example_approval(Approval::State state = Approval::State::kPending) {
  Approval approval;
  approval.id = "APR-17-1";
  approval.incident = 17;
  approval.action_id = "INC-17/3";
  approval.playbook = "restart_container";
  approval.action = "container_restart";
  approval.target = {"container", "quantum_trading_bot"};
  approval.description = "restart <b>it</b>";
  approval.state = state;
  approval.requested_at = tests::at(50);
  approval.expires_at = tests::at(1850);
  approval.who = "ann";
  return approval;
}

struct Fixture {
  base::SystemClock clock;
  View view = tests::example_view();
  EventQueue events;
  PendingReplies replies;
  webhook::TokenCheck token{"sesame", clock};
  policy::PolicySubscription subscription{1};
  approvals::LinkSigner signer{"0123456789abcdef0123456789abcdef"};
  tests::FakeDecider decider{events, replies};
  Api api{{.token = token,
           .events = events,
           .replies = replies,
           .receive_alerts = [](const auto&) { return base::http::text(200, "received"); },
           .view = [this] { return std::make_shared<const View>(view); },
           .policy = subscription,
           .report = [] { return std::optional<std::string>(); },
           .health = [] { return Health{}; },
           .force_check = [] { return base::Result<Checked>(Checked{}); },
           .reports_folder = [] { return std::string(); },
           .metrics_page = [] { return std::string(); },
           .reload = [] { return base::Result<>(); },
           .alive = [] { return true; },
           .stack = [] { return std::string("Quantum Trader"); },
           .signer = &signer}};
  base::http::Server server{{}, clock};

  Fixture() {
    view.approvals = {example_approval()};
    Recommendation recommendation;
    recommendation.number = 18;
    recommendation.incident = 17;
    recommendation.action = "container_restart";
    recommendation.description = "restart it";
    recommendation.priority = 1;
    recommendation.outcome = Recommendation::Outcome::kRefused;
    recommendation.refusal = Refusal::kCooldown;
    view.recommendations = {recommendation};
    view.incidents[0].recommendation = recommendation;
    api.add_routes(server);
    REQUIRE(server.listen("127.0.0.1:0"));
  }
  base::http::Response ask(const std::string& method, const std::string& path, const std::string& body = "",
                           const std::string& with_token = "sesame") {
    return tests::ask(server, method, path, body, with_token);
  }
  json data(const std::string& path) { return json::parse(ask("GET", path).body)["data"]; }
  std::string link(std::string_view verb) const {
    const Approval approval = example_approval();
    return signer.link("", approval.id, verb, approval.expires_at, approval.description);
  }
  base::http::Response follow(const std::string& method, const std::string& where) {
    return ask(method, where, "", "");
  }
};

}  // namespace

TEST_CASE("approvals are listed, and answered with the token") {
  Fixture with;
  CHECK(with.data("/api/v1/approvals")[0]["id"] == "APR-17-1");
  CHECK(with.data("/api/v1/approvals?state=pending").size() == 1);
  CHECK(with.data("/api/v1/approvals")[0]["expires_at"] == "2025-12-17T04:30:50.000Z");
  CHECK(with.ask("GET", "/api/v1/approvals?state=half").status == 400);
  CHECK(with.ask("POST", "/api/v1/approvals/APR-17-1/approve", "", "").status == 401);
  CHECK(with.ask("POST", "/api/v1/approvals/APR-99-1/approve").status == 404);
  CHECK(with.ask("POST", "/api/v1/approvals/APR-17-1/reject").status == 400);
  CHECK(with.decider.seen().empty());
  CHECK(with.ask("POST", "/api/v1/approvals/APR-17-1/approve", R"({"reason":"go"})").status == 200);
  REQUIRE(with.decider.seen().size() == 1);
  CHECK(with.decider.seen<healer::ApproveAction>(0).approval == "APR-17-1");
  CHECK(with.decider.seen()[0].who == "alice");
  with.decider.answer(base::fail("APR-17-1 was approved by ann"));
  const auto no = with.ask("POST", "/api/v1/approvals/APR-17-1/reject", R"({"reason":"wait"})");
  CHECK(no.status == 409);
  CHECK(no.body.find("was approved by ann") != std::string::npos);
  with.view.approvals = {example_approval(Approval::State::kExpired)};
  CHECK(with.data("/api/v1/approvals?state=pending").empty());
}

TEST_CASE("reading a link shows what is asked and changes nothing; its button answers without the token") {
  Fixture with;
  const auto [verb, does] = GENERATE(table<std::string, healer::OperatorCommand>(
      {{"approve", healer::ApproveAction{}}, {"reject", healer::RejectAction{}}}));
  const auto page = with.follow("GET", with.link(verb));
  CHECK(page.status == 200);
  CHECK(page.body.find("<form method=\"post\">") != std::string::npos);
  CHECK(page.body.find("restart &lt;b&gt;it&lt;/b&gt;") != std::string::npos);
  CHECK(page.body.find("Quantum Trader") != std::string::npos);
  CHECK(page.headers.find("Cache-Control")->second == "no-store");
  CHECK(with.decider.seen().empty());
  CHECK(with.follow("POST", with.link(verb)).status == 200);
  REQUIRE(with.decider.seen().size() == 1);
  CHECK(with.decider.seen()[0].command.index() == does.index());
  CHECK(with.decider.seen()[0].who.starts_with("signed link from "));
}

TEST_CASE("a link answers to no method but POST, however often it is read") {
  Fixture with;
  for (int i = 0; i < 3; ++i) {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT"}) with.follow(method, with.link("approve"));
  }
  CHECK(with.decider.seen().empty());
}

TEST_CASE("the button is its page's own: another site's form is refused") {
  Fixture with;
  const auto post = [&](const std::string& headers) {
    tests::RawClient client(with.server.port());
    return client
        .ask("POST " + with.link("approve") + " HTTP/1.1\r\nHost: salus.example:9870\r\n" + headers +
             "Content-Length: 0\r\n\r\n")
        ->status;
  };
  CHECK(post("Origin: http://evil.example\r\n") == 403);
  CHECK(post("Origin: null\r\n") == 403);
  CHECK(post("Sec-Fetch-Site: cross-site\r\n") == 403);
  CHECK(with.decider.seen().empty());
  CHECK(post("Origin: http://salus.example:9870\r\n") == 200);
  CHECK(with.decider.seen().size() == 1);
}

TEST_CASE("a link's page allows its style sheet and its button, and lets the browser name its origin") {
  Fixture with;
  const auto page = with.follow("GET", with.link("approve"));
  CHECK(page.headers.find("Content-Security-Policy")->second ==
        base::http::page_policy(approvals::page_style(), base::http::Forms::kToThisServer));
  CHECK(page.body.find(fmt::format("<style>{}</style>", approvals::page_style())) != std::string::npos);
  CHECK(page.headers.find("Referrer-Policy")->second == "same-origin");
  CHECK(page.headers.find("X-Frame-Options")->second == "DENY");
}

TEST_CASE("a link that is forged, of another verb, approval, time or description is refused") {
  Fixture with;
  std::string link = with.link("approve");
  SECTION("token") { link.back() = link.back() == '0' ? '1' : '0'; }
  SECTION("no token") { link.resize(link.find("&token=")); }
  SECTION("verb") { link.replace(link.find("approve"), 7, "reject"); }
  SECTION("approval") { link.replace(link.find("APR-17-1"), 8, "APR-17-2"); }
  SECTION("expiry") { link.replace(link.find("expires=") + 8, 1, "2"); }
  SECTION("description") { with.view.approvals[0].description = "stop everything"; }
  SECTION("key") {
    const Approval approval = example_approval();
    link = approvals::LinkSigner("another key, of another healer")
               .link("", approval.id, "approve", approval.expires_at, approval.description);
  }
  CHECK(with.follow("GET", link).status == 403);
  CHECK(with.follow("POST", link).status == 403);
  CHECK(with.decider.seen().empty());
}

TEST_CASE("a link whose question is answered or over says so") {
  Fixture with;
  const std::string link = with.link("approve");
  const auto [state, words] = GENERATE(table<Approval::State, std::string>({
      {Approval::State::kUsed, "was approved by ann"},
      {Approval::State::kApproved, "was approved by ann"},
      {Approval::State::kRejected, "was rejected by ann"},
      {Approval::State::kExpired, "expired at 2025-12-17T04:30:50.000Z"},
      {Approval::State::kWithdrawn, "is no longer needed"},
  }));
  with.view.approvals = {example_approval(state)};
  for (const char* method : {"GET", "POST"}) {
    const auto page = with.follow(method, link);
    CHECK(page.status == 410);
    CHECK(page.body.find(words) != std::string::npos);
  }
  with.view.approvals = {example_approval()};
  with.view.at = tests::at(1850);
  CHECK(with.follow("POST", link).status == 410);
  CHECK(with.decider.seen().empty());
}

TEST_CASE("the decider's answer to a link is shown; one that stops takes none") {
  Fixture with;
  with.decider.answer(base::fail("APR-17-1 expired at noon"));
  const auto page = with.follow("POST", with.link("approve"));
  CHECK(page.status == 409);
  CHECK(page.body.find("expired at noon") != std::string::npos);
  with.api.stop_taking();
  CHECK(with.follow("POST", with.link("approve")).status == 503);
}

TEST_CASE("recommendations are served with what is expected of them, alone and with their incident") {
  Fixture with;
  const json all = with.data("/api/v1/recommendations");
  REQUIRE(all.size() == 1);
  CHECK(all[0]["id"] == "REC-18");
  CHECK(all[0]["priority"] == 1);
  CHECK(all[0]["expected_result"] == "the subsystem is restored");
  CHECK(all[0]["risks"] == "brief interruption");
  CHECK(all[0]["outcome"] == "refused");
  CHECK(all[0]["refusal"] == "cooldown");
  CHECK(with.data("/api/v1/incidents/INC-17")["recommendation"] == all[0]);
  CHECK(with.data("/api/v1/incidents/INC-3")["recommendation"].is_null());
}
