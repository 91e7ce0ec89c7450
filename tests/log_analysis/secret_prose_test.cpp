#include "log_analysis/secret_prose.h"

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("a statement about a secret is not the secret") {
  for (const auto* text : {"expired", "must be changed", "invalid for user bob", "authentication failed",
                           "required.", "not set", "does not match", "Token { kind: x }"}) {
    INFO(text);
    CHECK(is_statement(text, 0));
  }
  for (const auto* text : {"", "horse", "correct horse", "invalid_horse", "user", "expired1", "for bob"}) {
    INFO(text);
    CHECK_FALSE(is_statement(text, 0));
  }
}

TEST_CASE("a word has letters, and apostrophes and dashes between them") {
  CHECK(word_at("don't stop", 0) == "don't");
  CHECK(word_at("one-two- x", 0) == "one-two");
  CHECK(word_at("1x", 0).empty());
  CHECK(speaks_of_secrets("Expired"));
  CHECK_FALSE(speaks_of_secrets("kumquat"));
}
