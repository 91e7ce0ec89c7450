#include "healer/notify/channels/slack.h"

#include <nlohmann/json.hpp>

#include "healer/notify/message.h"
#include "tests/catch.h"

using healer::Notice;

namespace {

nlohmann::json body_of(const Notice& notice) {
  return nlohmann::json::parse(healer::notify::slack_body(notice, {.stack = "Quantum Trader"}));
}

}  // namespace

TEST_CASE("Slack gets its text escaped, so that it mentions no user and links nowhere") {
  const auto body = body_of({.kind = Notice::Kind::kExhausted, .title = "<!channel> a & b"});
  CHECK(body["unfurl_links"] == false);
  CHECK(body["unfurl_media"] == false);
  const auto text = body["text"].get<std::string>();
  CHECK_THAT(text, Catch::Contains("*Quantum Trader - Healing Exhausted*"));
  CHECK_THAT(text, Catch::Contains("&lt;!channel&gt; a &amp; b"));
}

TEST_CASE("a link is Slack's own") {
  const auto body = body_of(
      {.kind = Notice::Kind::kApprovalWanted, .title = "t", .links = {{"approve", "https://h/a?t=1&u=2"}}});
  CHECK_THAT(body["text"].get<std::string>(), Catch::EndsWith("\n<https://h/a?t=1&amp;u=2|Approve>"));
}

TEST_CASE("no entity of Slack's is cut in half") {
  const auto text =
      body_of({.kind = Notice::Kind::kHealed, .title = std::string(3000, '&')})["text"].get<std::string>();
  CHECK(healer::notify::utf16_units(text) <= 4000);
  CHECK(text.ends_with("&amp;…\nNext step: No action needed."));
}

TEST_CASE("what a notice says is no markup of Slack's") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"quantum_trading_bot", "quantum_trading_bot"},
      {"*x* _y_ ~z~ `c`", "\u2217x\u2217 \uFF3Fy\uFF3F \u223Cz\u223C \u02CBc\u02CB"},
      {"<http://evil|bank> <!here> <@U1>", "&lt;http://evil|bank&gt; &lt;!here&gt; &lt;@U1&gt;"},
      {"> q", "\u203A q"},
      {"a > b", "a &gt; b"},
  }));
  const auto body = body_of({.kind = Notice::Kind::kHealed, .title = text});
  CHECK(body["text"] == "✅ *Quantum Trader - Healed*\n" + expected + "\nNext step: No action needed.");
}
