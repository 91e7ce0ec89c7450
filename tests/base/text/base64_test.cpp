#include "base/text/base64.h"

#include "tests/catch.h"

// Source: RFC 4648, section 10.
TEST_CASE("base64 of the standard's own examples") {
  const auto [bytes, expected] = GENERATE(table<const char*, const char*>({
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
  }));
  CHECK(base::base64(bytes) == expected);
}

TEST_CASE("long input stays on one line") {
  const std::string text = base::base64(std::string(3000, '\xff'));
  CHECK(text == std::string(4000, '/'));
}
