#include "log_analysis/phrases.h"

#include <catch2/catch.hpp>

using log_analysis::Level;
using log_analysis::level_of_phrase;

namespace {

std::optional<Level> phrase(std::string_view line, std::string_view word) {
  const std::size_t begin = line.find(word);
  return level_of_phrase(line, begin, begin + word.size(), 0);
}

}  // namespace

TEST_CASE("a phrase needs all its words, where it may stand") {
  CHECK(phrase("predict failed: x", "failed") == Level::error);
  CHECK(phrase("predict failed, x", "failed") == std::nullopt);
  CHECK(phrase("Segmentation fault", "Segmentation") == Level::critical);
  CHECK(phrase("segmentation of users", "segmentation") == std::nullopt);
  CHECK(phrase("panic: x", "panic") == Level::critical);
  CHECK(phrase("a market panic: x", "panic") == std::nullopt);
  CHECK(phrase("app[1]: Failed to start", "Failed") == Level::error);
  CHECK(phrase("had failed to start", "failed") == std::nullopt);
}

TEST_CASE("an exception is known by its name before a colon") {
  CHECK(phrase("ValueError: x", "ValueError") == Level::error);
  CHECK(phrase("UserWarning: x", "UserWarning") == Level::warning);
  CHECK(phrase("ValueError x", "ValueError") == std::nullopt);
  CHECK(phrase("IOError::new", "IOError") == std::nullopt);
}

TEST_CASE("what is denied did not happen") {
  CHECK(phrase("0 failed: x", "failed") == std::nullopt);
  CHECK(phrase("10 failed: x", "failed") == Level::error);
  CHECK(phrase("no segfault", "segfault") == std::nullopt);
  CHECK(phrase("tests failed: 0", "failed") == std::nullopt);
}

TEST_CASE("which words may begin a phrase is told by first letter and length") {
  CHECK(log_analysis::may_be_phrase('T', 9));
  CHECK_FALSE(log_analysis::may_be_phrase('T', 3));
  CHECK(log_analysis::may_be_phrase('u', std::string_view("unhandledpromiserejectionwarning").size()));
}
