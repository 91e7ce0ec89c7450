#include "healer/api/command_body.h"

#include "tests/catch.h"

using healer::CommandBody;
using namespace std::chrono_literals;

TEST_CASE("a body is an object of texts") {
  const auto body = CommandBody::parse(R"({"reason":"up\u001bgrade","for":"1h30m"})", {"reason", "for"});
  REQUIRE(body);
  CHECK(body->text("reason").find('\x1b') == std::string::npos);
  CHECK(body->text("who") == "");
  CHECK(body->duration("for").value() == 90min);
  CHECK(body->required("reason"));
}

TEST_CASE("an empty body has no fields") {
  const auto body = CommandBody::parse("", {"reason"});
  REQUIRE(body);
  CHECK(body->duration("for").value() == 0s);
  const auto missing = body->required("reason");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message == "\"reason\" is missing");
}

TEST_CASE("anything else is refused with what is wrong") {
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"reason", "the body is not JSON"},
      {"[]", "the body is not a JSON object"},
      {R"({"reasn":"x"})", "unknown field \"reasn\"; expected one of: reason"},
      {R"({"reason":5})", "\"reason\" must be a string"},
      {R"({"reason":[[[[]]]]})", "the body is not JSON"},
  }));
  const auto body = CommandBody::parse(text, {"reason"});
  CAPTURE(text);
  REQUIRE_FALSE(body);
  CHECK_THAT(body.error().message, Catch::StartsWith(words));
}

TEST_CASE("a length is a duration within reason") {
  const auto text = GENERATE("soon", "0", "500ms", "2y");
  const auto body = CommandBody::parse(std::string(R"({"for":")") + text + "\"}", {"for"});
  REQUIRE(body);
  CHECK_FALSE(body->duration("for"));
}
