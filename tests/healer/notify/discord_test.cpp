#include "healer/notify/discord.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "healer/notify/message.h"

using healer::Notice;

namespace {

nlohmann::json body_of(const Notice& notice) {
  return nlohmann::json::parse(healer::notify::discord_body(notice, {.stack = "Quantum Trader"}));
}

}  // namespace

TEST_CASE("Discord gets its content and mentions nobody") {
  const auto body = body_of({.kind = Notice::Kind::kHealed, .title = "@everyone is well"});
  CHECK(body.size() == 2);
  CHECK(body["allowed_mentions"]["parse"].empty());
  CHECK(body["content"] == "✅ **Quantum Trader - Healed**\n@everyone is well");
}

TEST_CASE("Discord never gets more than its 2000 characters, nor half of one") {
  std::string long_text;
  for (int i = 0; i < 1500; ++i) long_text += "🚨é";
  const auto content = body_of({.kind = Notice::Kind::kHealed, .title = "t", .detail = long_text})["content"]
                           .get<std::string>();
  CHECK(healer::notify::utf16_units(content) <= 2000);
  CHECK(healer::notify::utf16_units(content) >= 1998);
  CHECK(content.ends_with("…"));
}

TEST_CASE("Discord fetches no preview of a link") {
  const auto body = body_of(
      {.kind = Notice::Kind::kApprovalWanted, .title = "t", .links = {{"approve", "https://h/a?t=1"}}});
  CHECK_THAT(body["content"].get<std::string>(), Catch::EndsWith("\nApprove: <https://h/a?t=1>"));
}

TEST_CASE("text that is no UTF-8 is sent repaired") {
  CHECK_THAT(body_of({.kind = Notice::Kind::kHealed, .title = "bad \xff byte"})["content"].get<std::string>(),
             Catch::Contains("bad \xEF\xBF\xBD byte"));
}
