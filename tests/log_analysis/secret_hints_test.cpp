#include "log_analysis/secret_hints.h"

#include <string>

#include "log_analysis/redaction.h"
#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("most lines need no closer look") {
  for (const auto* text :
       {"", "x", "2025-12-17 16:55:17,427 INFO [main] a.b.C: order 5 filled at 1.5",
        "connection from 10.0.0.1 closed",
        "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 RAS KERNEL INFO generating core.2275",
        "mod_jk child workerEnv in error state 6", "the author passed a message on"}) {
    INFO(text);
    CHECK_FALSE(may_hold_secret(text));
  }
}

TEST_CASE("a secret is suspected wherever it is in a line") {
  const std::string hex = std::string(32, 'a') + std::string(32, '1');
  for (const std::string& secret :
       {std::string("password=kumquat"), std::string("card 4111111111111111 x"),
        std::string("card 4111-1111-1111-1111"), std::string("card 3782 822463 10005"),
        "private key 0x" + hex, "id 0x" + hex + " x", std::string("-p kumquat"),
        "123456789:" + std::string(35, 'A'),
        std::string("abandon ability able about above absent absorb abstract absurd abuse access zebra")}) {
    for (std::size_t offset = 0; offset < 70; ++offset) {
      for (const char fill : {'x', '.'}) {
        const std::string text = std::string(offset, fill) + " " + secret;
        INFO(text);
        CHECK(mask_secrets(text) == mask_closely(text));
        CHECK(mask_secrets(text + " y") == mask_closely(text + " y"));
      }
    }
  }
}
