#include "healer/notify/channels/discord.h"

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"
#include "tests/catch.h"

using healer::Notice;

namespace {

const std::string kFooter = "\nNext step: No action needed.";

nlohmann::json body_of(const Notice& notice) {
  return nlohmann::json::parse(healer::notify::discord_body(notice, {.stack = "Quantum Trader"}));
}

}  // namespace

TEST_CASE("Discord gets its content and mentions no user") {
  const auto body = body_of({.kind = Notice::Kind::kHealed, .title = "@everyone is well"});
  CHECK(body.size() == 3);
  CHECK(body["flags"] == 4);  // SUPPRESS_EMBEDS
  CHECK(body["allowed_mentions"]["parse"].empty());
  CHECK(body["content"] == "✅ **Quantum Trader - Healed**\n\\@everyone is well" + kFooter);
}

TEST_CASE("Discord never gets more than its 2000 characters, nor half of one") {
  std::string long_text;
  for (int i = 0; i < 1500; ++i) long_text += "🚨é";
  const auto content = body_of({.kind = Notice::Kind::kHealed, .title = "t", .detail = long_text})["content"]
                           .get<std::string>();
  CHECK(healer::notify::utf16_units(content) <= 2000);
  CHECK(healer::notify::utf16_units(content) >= 1998);
  CHECK(content.ends_with("…" + kFooter));
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

TEST_CASE("what a notice says is no markup of Discord's") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"quantum_trading_bot", "quantum_trading_bot"},
      {"see __init__.py", "see \\_\\_init\\_\\_.py"},
      {"_x_", "\\_x\\_"},
      {"a_b c_ d", "a_b c\\_ d"},
      {"*x* **y**", "\\*x\\* \\*\\*y\\*\\*"},
      {"~~y~~ ||z|| `c`", "\\~\\~y\\~\\~ \\|\\|z\\|\\| \\`c\\`"},
      {"[status](http://evil.example)", "\\[status\\](http://evil.example)"},
      {"<@1> <#2> <@&3> <:a:4> <t:5> <https://e>",
       "\\<\\@1> \\<#2> \\<\\@&3> \\<:a:4> \\<t:5> \\<https://e>"},
      {"@here", "\\@here"},
      {"# h", "\\# h"},
      {"-# small", "\\-# small"},
      {"> q", "\\> q"},
      {">>> q", "\\>>> q"},
      {"- item", "\\- item"},
      {"  + item", "  \\+ item"},
      {"1. one", "1\\. one"},
      {"a > b - c # d 1. e", "a > b - c # d 1. e"},
      {"353 critical events (threshold: 5); 482 errors", "353 critical events (threshold: 5); 482 errors"},
      {"C:\\x\\*", "C:\\\\x\\\\\\*"},
      {"INC-7/1: restart container bot", "INC-7/1: restart container bot"},
  }));
  const auto body = body_of({.kind = Notice::Kind::kHealed, .title = text});
  CHECK(body["content"] == "✅ **Quantum Trader - Healed**\n" + expected + kFooter);
}

TEST_CASE("each line of a detail is escaped as one") {
  const auto body =
      body_of({.kind = Notice::Kind::kHealed, .title = "t", .detail = "# a", .more = {"> b", "c"}});
  CHECK(body["content"] == "✅ **Quantum Trader - Healed**\nt\n\\# a\n\\> b\nc" + kFooter);
}
