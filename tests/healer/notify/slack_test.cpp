#include "healer/notify/slack.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

TEST_CASE("Slack gets its text escaped, so that it mentions nobody and links nowhere") {
  const healer::Notice notice{.kind = healer::Notice::Kind::kExhausted,
                              .incident = "INC-1",
                              .subsystem = "",
                              .title = "<!channel> a & b",
                              .detail = "",
                              .at = {}};
  const auto body = nlohmann::json::parse(healer::notify::slack_body(notice, "Quantum Trader"));
  CHECK(body.size() == 1);
  const auto text = body["text"].get<std::string>();
  CHECK_THAT(text, Catch::Contains("*Quantum Trader - Auto-Heal Exhausted*"));
  CHECK_THAT(text, Catch::Contains("&lt;!channel&gt; a &amp; b"));
}
