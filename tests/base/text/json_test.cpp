#include "base/text/json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "tests/catch.h"

using base::at_pointer;
using base::parse_json;

TEST_CASE("documents of every kind are read") {
  const std::string text = GENERATE(values<std::string>(
      {"null", "true", "-12", "18446744073709551615", "1.5e3", "\"text\"", "[]", "{}", "[1,[2,{\"a\":[]}]]",
       R"({"a":{"b":1},"b":{"b":2},"c":[{"a":1},{"a":2}]})", R"("\u00fc \ud83d\udea8 \"]}[{")"}));
  CAPTURE(text);
  const auto document = parse_json(text);
  REQUIRE(document);
  CHECK(*document == nlohmann::json::parse(text));
}

TEST_CASE("what is no JSON is refused, with the byte at which it stops being") {
  const auto [text, message] = GENERATE(table<std::string, std::string>({
      {R"({"a":1,"b":2,"a":3})", "byte 13: duplicate key \"a\""},
      {R"({"x":["{\"","y"],"\u0078":1})", "byte 17: duplicate key \"x\""},
      {R"([{"k":"k"},{"k":{"k":1,"k":2}}])", "byte 23: duplicate key \"k\""},
      {std::string("[1,\0 2]", 7), "byte 3: a NUL byte"},
      {"[\"\xFF\"]", "byte 2: invalid UTF-8"},
  }));
  CAPTURE(text);
  const auto document = parse_json(text);
  REQUIRE_FALSE(document);
  CHECK(document.error().message == message);
}

TEST_CASE("a syntax error says at which byte") {
  const auto [text, byte] = GENERATE(table<std::string, std::string>({
      {"", "byte 0: "},
      {"{\"a\":NaN}", "byte 5: "},
      {"[Infinity]", "byte 1: "},
      {"[1] x", "byte 4: "},
      {"{} {}", "byte 3: "},
      {"[1,]", "byte 3: "},
      {"{\"a\" 1}", "byte 5: "},
      {"{a:1}", "byte 1: "},
      {"'a'", "byte 0: "},
      {"\"unterminated", "byte 13: "},
      {"[\"a\nb\"]", "byte 3: "},
      {"[1", "byte 2: "},
      {"]", "byte 0: "},
      {"// comment\n1", "byte 0: "},
      {"\"\\ud800\"", "byte 7: "},
      {"1e999", "byte 4: "},
  }));
  CAPTURE(text);
  const auto document = parse_json(text);
  REQUIRE_FALSE(document);
  CAPTURE(document.error().message);
  CHECK(document.error().message.starts_with(byte));
  CHECK(document.error().message.find("json.exception") == std::string::npos);
  CHECK(document.error().message.find('\n') == std::string::npos);
}

TEST_CASE("nesting is bounded") {
  CHECK(parse_json("[[[1]]]", 3));
  const auto deeper = parse_json("[[[[1]]]]", 3);
  REQUIRE_FALSE(deeper);
  CHECK(deeper.error().message == "byte 3: nested deeper than 3 levels");
  CHECK(parse_json(R"({"[[[[":"{{{{\"[["})", 1));
}

TEST_CASE("200,000 nested arrays are refused and overflow no stack") {
  const auto [open, close] = GENERATE(table<std::string, std::string>({{"[", "]"}, {"{\"a\":", "}"}}));
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += open;
  CHECK_FALSE(parse_json(text));
  for (int i = 0; i < 200'000; ++i) text += close;
  CHECK_FALSE(parse_json(text));
}

TEST_CASE("a text cut at any byte is refused or read, never more") {
  const std::string text = R"({"groupLabels":{"a":"\u00fc\\\""},"alerts":[{"n":-1.5e3,"t":true,"z":null}]})";
  for (std::size_t size = 0; size < text.size(); ++size) CHECK_FALSE(parse_json(text.substr(0, size)));
  CHECK(parse_json(text));
}

TEST_CASE("a pointer finds what is there and nothing else") {
  const auto document = parse_json(R"({"a":{"b":[10,{"c":20}]},"":30,"x/y":40,"m~n":50})");
  REQUIRE(document);
  const auto [pointer, found] = GENERATE(table<std::string, std::string>({
      {"/a/b/0", "10"},
      {"/a/b/1/c", "20"},
      {"/", "30"},
      {"/x~1y", "40"},
      {"/m~0n", "50"},
      {"/a/b/2", "nothing"},
      {"/a/b/-", "nothing"},
      {"/a/b/01", "nothing"},
      {"/a/b/x", "nothing"},
      {"/a/z", "nothing"},
      {"/a/b/0/c", "nothing"},
      {"a/b", "nothing"},
      {"/m~2n", "nothing"},
      {"/a/b/99999999999999999999999", "nothing"},
  }));
  CAPTURE(pointer);
  const nlohmann::json* place = at_pointer(*document, pointer);
  CHECK((place == nullptr ? "nothing" : place->dump()) == found);
}

TEST_CASE("the empty pointer is the whole document") {
  const nlohmann::json document = {1, 2};
  CHECK(at_pointer(document, "") == &document);
}
