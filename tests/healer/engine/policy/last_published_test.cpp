#include "healer/engine/policy/last_published.h"

#include "healer/publish/policy_json.h"
#include "tests/catch.h"

using healer::Policy;
using healer::PolicyDocument;
using healer::policy::missing_records;
using healer::policy::parse_published;
using healer::policy::Published;
using namespace std::chrono_literals;

namespace {

const base::WallTime kNoon = base::WallTime{} + 12h;

Published known(std::uint64_t record, base::WallTime issued_at) {
  return {.where = "policy file /p", .whole = true, .record = record, .issued_at = issued_at};
}

}  // namespace

TEST_CASE("what the healer published is read back") {
  PolicyDocument document;
  document.policy = GENERATE(Policy::kAllowAll, Policy::kNoNewTrades, Policy::kSafeRiskProfile,
                             Policy::kDefensiveExit, Policy::kEmergencyShutdown);
  document.permissions = healer::policy::permissions_of(document.policy, {});
  document.causes = {"alert X", "starting: Alertmanager has not answered yet"};
  document.issued_at = kNoon;
  document.journal_record = 17;
  document.sequence = 1765944059000;
  const Published published =
      parse_published("here", healer::policy_document(document) + std::string(9000, ' '));
  CHECK(published.where == "here");
  CHECK(published.whole);
  CHECK(published.policy == document.policy);
  CHECK(published.starting);
  REQUIRE(published.permissions);
  CHECK(*published.permissions == document.permissions);
  CHECK_FALSE(was_halted(published));
  CHECK(published.record == 17);
  CHECK(published.sequence == 1765944059000);
  CHECK(published.issued_at == kNoon);
}

TEST_CASE("documents of other versions are read as far as they are understood") {
  const Published newer =
      parse_published("", R"({"policy":"emergency_shutdown","restrictions":{"trading":"halted",
    "new_positions":"perhaps","max_leverage":"5","position_size_factor":-1},"causes":{"a":1},"journal_record":-3,"sequence":18446744073709551615,"issued_at":7,"more":[[]]})");
  CHECK(newer.whole);
  CHECK(newer.policy == Policy::kEmergencyShutdown);
  CHECK(newer.permissions->trading == healer::policy::Trading::kHalted);
  CHECK(newer.permissions->new_positions == healer::policy::NewPositions::kNo);
  CHECK_FALSE(was_halted(newer));  // the word says so
  CHECK(newer.record == 0);
  CHECK(newer.sequence == 0);
  CHECK(newer.issued_at == base::WallTime{});
  const Published older = parse_published("", R"({"policy":"allow_all"})");
  CHECK(older.whole);
  CHECK(older.policy == Policy::kAllowAll);
  CHECK_FALSE(older.permissions);
  CHECK_FALSE(was_halted(older));
  CHECK(was_halted(parse_published("", R"({"policy":"allow_all","restrictions":{"trading":"halted"}})")));
}

TEST_CASE("what is no document, or names no policy, is no_new_trades") {
  const auto [text, whole] = GENERATE(table<std::string, bool>({
      {"", false},
      {"\n", false},
      {"allow_all", false},
      {R"({"policy":"allow_all")", false},
      {R"({"policy":"allow_all","policy":"allow_all"})", false},
      {R"(["allow_all"])", false},
      {R"({"policy":0})", false},
      {R"({"policy":""})", false},
      {R"({"level":0})", false},
      {R"({"policy":"allow_all"} {})", false},
      {std::string("{\"policy\":\"allow_all\"}\0", 23), false},
      {"{\"policy\":\"allow_all\"}" + std::string(70000, ' '), false},
      {R"({"policy":"allow_all","x":)" + std::string(40, '[') + std::string(40, ']') + "}", false},
      {R"({"policy":"ALLOW_ALL"})", true},
      {R"({"policy":"allow_everything"})", true},
  }));
  INFO(text.substr(0, 80));
  const Published published = parse_published("", text);
  CHECK(published.policy == Policy::kNoNewTrades);
  CHECK(published.whole == whole);
}

TEST_CASE("a journal that ends before what a document knows lacks records") {
  CHECK_FALSE(missing_records({}, 0, {}));
  CHECK_FALSE(missing_records({known(17, kNoon)}, 17, kNoon - 1h));
  CHECK_FALSE(missing_records({known(17, kNoon)}, 18, kNoon - 1h));
  const auto missing = missing_records({known(5, kNoon), known(17, kNoon)}, 16, kNoon - 1h);
  REQUIRE(missing);
  CHECK_THAT(*missing, Catch::Contains("last record is 16") && Catch::Contains("refers to record 17"));
}

TEST_CASE("a document that an earlier start has judged proves nothing") {
  CHECK_FALSE(missing_records({known(17, kNoon)}, 2, kNoon));
  CHECK_FALSE(missing_records({known(17, kNoon)}, 2, kNoon + 1h));
}

TEST_CASE("an empty journal beside any document was lost") {
  CHECK(missing_records({Published{.where = "copy /c"}}, 0, {}));
  CHECK_THAT(*missing_records({known(0, kNoon)}, 0, {}), Catch::Contains("empty"));
}
