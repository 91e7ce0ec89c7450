#include "healer/notify/discord.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

TEST_CASE("Discord gets its text as content and may mention nobody") {
  const healer::Notice notice{.kind = healer::Notice::Kind::kHealed,
                              .incident = "INC-1",
                              .subsystem = "",
                              .title = "@everyone \"quoted\"\n\xff",
                              .detail = std::string(5000, 'x'),
                              .at = {}};
  const auto body = nlohmann::json::parse(healer::notify::discord_body(notice, "Quantum Trader"));
  CHECK(body.size() == 2);
  const auto content = body["content"].get<std::string>();
  CHECK(content.starts_with("✅ **Quantum Trader - "));
  CHECK(content.size() <= 2000);
  CHECK(body["allowed_mentions"]["parse"].empty());
}
