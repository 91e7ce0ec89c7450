#include "log_analysis/clean.h"

#include <catch2/catch.hpp>

using namespace std::literals;

TEST_CASE("what terminals and broken files add to a line is taken off") {
  std::string scratch;
  CHECK(log_analysis::clean("plain"sv, scratch) == "plain");
  CHECK(log_analysis::clean("dos\r\r"sv, scratch) == "dos");
  CHECK(log_analysis::clean("\0\0hole"sv, scratch) == "hole");
  CHECK(log_analysis::clean("in\0side"sv, scratch) == "in\0side"sv);
  CHECK(log_analysis::clean("\x1b[1;31mred\x1b[0m!"sv, scratch) == "red!");
  CHECK(log_analysis::clean("\x1b]0;title\x07text"sv, scratch) == "text");
  CHECK(log_analysis::clean("\x1b]8;;http://x\x1b\\link"sv, scratch) == "link");
  CHECK(log_analysis::clean("cut \x1b"sv, scratch) == "cut ");
  CHECK(log_analysis::clean("cut \x1b[31"sv, scratch) == "cut ");
  CHECK(log_analysis::clean("\0\0\r"sv, scratch).empty());
}

TEST_CASE("a line without escapes is not copied") {
  std::string scratch;
  const auto line = "plain\r"sv;
  CHECK(log_analysis::clean(line, scratch).data() == line.data());
  CHECK(scratch.empty());
}
