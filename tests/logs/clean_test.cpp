#include "logs/clean.h"

#include <catch2/catch.hpp>

using namespace std::literals;

TEST_CASE("what terminals and broken files add to a line is taken off") {
  std::string scratch;
  CHECK(logs::clean("plain"sv, scratch) == "plain");
  CHECK(logs::clean("dos\r\r"sv, scratch) == "dos");
  CHECK(logs::clean("\0\0hole"sv, scratch) == "hole");
  CHECK(logs::clean("in\0side"sv, scratch) == "in\0side"sv);
  CHECK(logs::clean("\x1b[1;31mred\x1b[0m!"sv, scratch) == "red!");
  CHECK(logs::clean("\x1b]0;title\x07text"sv, scratch) == "text");
  CHECK(logs::clean("\x1b]8;;http://x\x1b\\link"sv, scratch) == "link");
  CHECK(logs::clean("cut \x1b"sv, scratch) == "cut ");
  CHECK(logs::clean("cut \x1b[31"sv, scratch) == "cut ");
  CHECK(logs::clean("\0\0\r"sv, scratch).empty());
}

TEST_CASE("a line without escapes is not copied") {
  std::string scratch;
  const auto line = "plain\r"sv;
  CHECK(logs::clean(line, scratch).data() == line.data());
  CHECK(scratch.empty());
}
