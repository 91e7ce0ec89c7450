#include "tests/stack/trader.h"

#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/fakes/temporary_folder.h"

using nlohmann::json;

namespace {

constexpr double kNow = 1765990517;  // 2025-12-17T16:55:17Z

std::string document(const std::string& policy, const std::string& issued = "2025-12-17T16:55:10.000Z",
                     const std::string& until = "2025-12-17T16:55:40.000Z") {
  const bool open = policy == "allow_all" || policy == "safe_risk_profile";
  json limits{{"new_positions", open ? "yes" : "no"},
              {"existing_positions", open ? "kept" : "exits_allowed"},
              {"trading", open ? "yes" : "exits_only"}};
  if (policy == "safe_risk_profile") limits["new_positions"] = "reduced";
  if (policy == "defensive_exit") limits["existing_positions"] = "high_risk_closed";
  if (policy == "emergency_shutdown") limits["existing_positions"] = "all_closed";
  return json{{"policy", policy}, {"restrictions", limits}, {"issued_at", issued}, {"valid_until", until}}
      .dump();
}

// With one restriction changed.
std::string restricted(const std::string& policy, const std::string& name, const std::string& value) {
  json whole = json::parse(document(policy));
  whole["restrictions"][name] = value;
  return whole.dump();
}

struct Fixture {
  tests::TemporaryFolder folder;
  double now = kNow;
  example::Trader trader{folder.file("policy.json"), "", [this] { return now; }};

  void trade(int rounds = 7) {
    for (int i = 0; i < rounds; ++i) trader.round();
  }
  json orders() { return json::parse(trader.handle({"GET", "/orders"}).body); }
  example::Response tell(const std::string& order, const std::string& id = "INC-1/1",
                         const std::string& undoes = "") {
    json body{{"request_id", id}};
    if (!undoes.empty()) body["undoes"] = undoes;
    return trader.handle({"POST", "/control/" + order, "", body.dump()});
  }
};

}  // namespace

TEST_CASE("anything but a fresh document that allows it opens nothing") {
  using example::read_policy;
  CHECK(read_policy(document("allow_all"), kNow).open);
  CHECK(read_policy(document("safe_risk_profile"), kNow).open);
  CHECK(read_policy(document("safe_risk_profile"), kNow).half);
  const std::string text = GENERATE(
      as<std::string>(), "", "{", "[]", "{}", R"({"policy":"allow_all"})", document("no_new_trades"),
      document("defensive_exit"), document("emergency_shutdown"), document("allow_everything"),
      document("allow_all", "2025-12-17T16:55:10.000Z", "2025-12-17T16:55:17.000Z"),
      document("allow_all", "2025-12-17T16:56:00.000Z", "2025-12-17T16:57:00.000Z"),
      document("allow_all", "2025-12-17T16:55:10.000Z", "soon"),
      restricted("allow_all", "new_positions", "no"), restricted("allow_all", "new_positions", "maybe"),
      restricted("allow_all", "trading", "halted"), restricted("no_new_trades", "new_positions", "yes"),
      R"({"policy":"allow_all","issued_at":"2025-12-17T16:55:10.000Z","valid_until":"2025-12-17T16:55:40.000Z"})");
  CAPTURE(text);
  CHECK_FALSE(read_policy(text, kNow).open);
}

TEST_CASE_METHOD(Fixture, "orders flow while the document allows them, and stop when it goes or grows old") {
  trade(1);
  CHECK(orders()["orders"] == 0);
  folder.write("policy.json", document("allow_all"));
  trade(3);
  CHECK(orders()["orders"] == 3);
  CHECK(orders()["open_positions"] == 3);
  CHECK(orders()["last_order"] == now);
  now += 60;
  trade(3);
  CHECK(orders()["orders"] == 3);
  CHECK(orders()["why"] == "the policy document has expired");
  CHECK(orders()["open_positions"] == 3);
}

TEST_CASE_METHOD(Fixture, "the document can demand that positions are closed") {
  folder.write("policy.json", document("allow_all"));
  trade();
  REQUIRE(orders()["risky_positions"] > 0);
  folder.write("policy.json", document("defensive_exit"));
  trade(1);
  CHECK(orders()["risky_positions"] == 0);
  CHECK(orders()["open_positions"] > 0);
  folder.write("policy.json", document("emergency_shutdown"));
  trade(1);
  CHECK(orders()["open_positions"] == 0);
}

TEST_CASE_METHOD(Fixture, "an order to stop holds until an order to resume, whatever the document allows") {
  const std::string order = GENERATE("pause", "no-new-trades", "defensive-exit", "close-all");
  folder.write("policy.json", document("allow_all"));
  const auto first = tell(order);
  CHECK(first.status == 200);
  CHECK(json::parse(first.body)["acknowledged"] == true);
  CHECK(json::parse(first.body)["request_id"] == "INC-1/1");
  trade(3);
  CHECK(orders()["orders"] == 0);
  CHECK(tell("resume", "INC-1/2").status == 200);
  trade(3);
  CHECK(orders()["orders"] == 3);
}

TEST_CASE_METHOD(Fixture, "what is undone is one order, and the others hold") {
  folder.write("policy.json", document("allow_all"));
  tell("pause");
  tell("safe-profile", "INC-2/1");
  CHECK(tell("resume", "INC-3/1", "pause_trading").status == 200);
  trade();
  CHECK(orders()["orders"] == 7);
  CHECK(orders()["risky_positions"] == 0);
  tell("pause", "INC-4/1");
  CHECK(tell("resume", "INC-5/1", "switch_to_safe_profile").status == 200);
  trade();
  CHECK(orders()["orders"] == 7);
}

TEST_CASE_METHOD(Fixture, "closing takes a round, and the same request is asked again until it is done") {
  folder.write("policy.json", document("allow_all"));
  trade();
  CHECK(tell("close-all").status == 202);
  trade(1);
  const auto done = tell("close-all");
  CHECK(done.status == 200);
  CHECK(json::parse(done.body)["open_positions"] == 0);
  CHECK(tell("resume", "INC-1/2").status == 200);
  trade(2);
  CHECK(tell("close-all").body == done.body);  // a repetition of what was done, not a second request
  trade(1);
  CHECK(orders()["open_positions"] == 3);
}

TEST_CASE_METHOD(Fixture, "the safe profile halves what is opened and takes no risk") {
  folder.write("policy.json", document("allow_all"));
  CHECK(tell("safe-profile").status == 200);
  trade();
  CHECK(orders()["risky_positions"] == 0);
  CHECK(orders()["open_positions"] == 5);
}

TEST_CASE_METHOD(Fixture, "who has no token, names no request or asks for something else is refused") {
  CHECK(tell("dance").status == 404);
  CHECK(trader.handle({"POST", "/control/pause", "", "{}"}).status == 400);
  CHECK(trader.handle({"POST", "/control/pause", "", "pause"}).status == 400);
  CHECK(trader.handle({"GET", "/control/pause"}).status == 405);
  example::Trader guarded(folder.file("policy.json"), folder.write("token", "s3cret\n"), [] { return kNow; });
  const std::string body = R"({"request_id":"INC-1/1"})";
  CHECK(guarded.handle({"POST", "/control/pause", "", body}).status == 401);
  CHECK(guarded.handle({"POST", "/control/pause", "Bearer wrong", body}).status == 401);
  CHECK(guarded.handle({"POST", "/control/pause", "Bearer s3cret", body}).status == 200);
}
