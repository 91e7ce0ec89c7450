#include "log_analysis/secret_values.h"

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("a value ends where its writer ends it") {
  const auto [text, kind, joint, secret] = GENERATE(table<std::string, SecretKey, Joint, std::string>({
      {"x1 y", SecretKey::value, Joint::equals, "x1"},
      {"x1 y", SecretKey::value, Joint::colon, "x1 y"},
      {"one two user=b", SecretKey::value, Joint::equals, "one two"},
      {"'a b' c", SecretKey::value, Joint::equals, "a b"},
      {"Some(\"a b\")", SecretKey::value, Joint::colon, "a b"},
      {"string(3) \"abc\"", SecretKey::value, Joint::equals, "abc"},
      {"[\"a\", \"b\"], c", SecretKey::value, Joint::colon, "\"a\", \"b\""},
      {"a;b", SecretKey::value, Joint::equals, "a;b"},
      {"a&b=c", SecretKey::value, Joint::query, "a"},
      {"Bearer abc", SecretKey::line, Joint::colon, "abc"},
      {"Bearer abc", SecretKey::token, Joint::colon, "abc"},
      {"expired", SecretKey::token, Joint::colon, ""},
      {"512", SecretKey::token, Joint::equals, ""},
      {"USDT", SecretKey::token, Joint::equals, ""},
      {"/etc/ssl/key.pem", SecretKey::key, Joint::equals, ""},
      {"null", SecretKey::value, Joint::equals, ""},
      {"200", SecretKey::hook, Joint::colon, ""},
      {"https://x/y z", SecretKey::hook, Joint::colon, "https://x/y"},
      {"***", SecretKey::value, Joint::equals, ""},
      {"|\n  one\n  two\nuser: x", SecretKey::value, Joint::colon, "one\n  two"},
      {"\n  one", SecretKey::value, Joint::colon, "one"},
      {"\n  user: x", SecretKey::value, Joint::colon, ""},
  }));
  INFO(text);
  const Value value = value_at(text, 0, kind, joint, 0);
  CHECK(text.substr(value.begin, value.end - value.begin) == secret);
}

TEST_CASE("a sentence leads to its value") {
  CHECK(stated_value("is x", 0, false) == 2);
  CHECK(stated_value("for user bob is x", 0, false) == 15);
  CHECK(stated_value("for bob: x", 0, false) == 8);
  CHECK(stated_value("changed to x", 0, false) == 10);
  CHECK(stated_value("of bob to x", 0, true) == 9);
  CHECK_FALSE(stated_value("of bob to x", 0, false));
  CHECK_FALSE(stated_value("authentication failed for user: x", 0, false));
  CHECK_FALSE(stated_value("", 0, false));
}
