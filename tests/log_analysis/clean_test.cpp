#include "log_analysis/clean.h"

#include "tests/catch.h"

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

TEST_CASE("sequences are taken off whole") {
  std::string scratch;
  CHECK(log_analysis::clean("\x1b[31mERROR\x1b(B\x1b[m lost"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("\x1b[31mERROR\x1b[m\x0f lost"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("\x1bPq#0\x1b\\ERROR lost"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("\x1b[38;5:1mERROR\x1b=lost"sv, scratch) == "ERRORlost");
  CHECK(log_analysis::clean("\xef\xbb\xbf{\"a\":1}"sv, scratch) == "{\"a\":1}");
  CHECK(log_analysis::clean("\x1b[0m\xef\xbb\xbf"
                            "ERROR"sv,
                            scratch) == "ERROR");
}

TEST_CASE("what stands behind the last carriage return is the line, as on a terminal") {
  std::string scratch;
  CHECK(log_analysis::clean("10%\r100%\rERROR: lost"sv, scratch) == "ERROR: lost");
  CHECK(log_analysis::clean("\r{\"a\":1}"sv, scratch) == "{\"a\":1}");
  CHECK(log_analysis::clean("\x1b[2K\rERROR lost"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("ERROR lost\r \r"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("ERROR lost\r\x1b[K"sv, scratch) == "ERROR lost");
}

TEST_CASE("colours at the start are taken off also without their escape byte") {
  std::string scratch;
  CHECK(log_analysis::clean("[36mapi-1  | [0mERROR lost"sv, scratch) == "api-1  | ERROR lost");
  CHECK(log_analysis::clean("#033[31mERROR#033[0m lost"sv, scratch) == "ERROR lost");
  CHECK(log_analysis::clean("\\x1b[31mERROR\\x1b[m lost"sv, scratch) == "ERROR lost");
  for (const auto line :
       {"[5m] rate"sv, "[main] lost"sv, "[1] lost"sv, "#1 lost"sv, "[m] lost"sv, "^[ lost"sv}) {
    CHECK(log_analysis::clean(line, scratch) == line);
  }
}

TEST_CASE("a line without escapes is not copied") {
  std::string scratch;
  const auto line = "plain\r"sv;
  CHECK(log_analysis::clean(line, scratch).data() == line.data());
  CHECK(scratch.empty());
}
