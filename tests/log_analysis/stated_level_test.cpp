#include "log_analysis/stated_level.h"

#include "tests/catch.h"

using log_analysis::Level;
using log_analysis::level_of_words;

TEST_CASE("the earliest bounded level word counts, from where the words begin") {
  CHECK(level_of_words("x ERROR INFO", 0) == Level::error);
  CHECK(level_of_words("x INFO ERROR", 0) == Level::info);
  CHECK(level_of_words("x INFO ERROR", 6) == Level::error);
  CHECK(level_of_words("x [error] y", 0) == Level::error);
  CHECK(level_of_words("x (warn) y", 0) == Level::warning);
  CHECK(level_of_words("f(error)", 0) == std::nullopt);
  CHECK(level_of_words("x error y", 0) == std::nullopt);
  CHECK(level_of_words("", 0) == std::nullopt);
}

TEST_CASE("a level key's value counts as a word of its own, outside quotes") {
  CHECK(level_of_words("done level=error", 0) == Level::error);
  CHECK(level_of_words("done level=\"error\"", 0) == Level::error);
  CHECK(level_of_words("done ?level=error", 0) == std::nullopt);
  CHECK(level_of_words("q=\"a level=error\"", 0) == std::nullopt);
  CHECK(level_of_words("done sublevel=error", 0) == std::nullopt);
}

TEST_CASE("a phrase makes a later word worse, and decides alone") {
  CHECK(level_of_words("panic: an error: x", 0) == Level::critical);
  CHECK(level_of_words("fetch failed: WARNING slow", 0) == Level::error);
  CHECK(level_of_words("WARNING fetch failed: x", 0) == Level::warning);
  CHECK(level_of_words("fetch failed: x", 0) == Level::error);
}
