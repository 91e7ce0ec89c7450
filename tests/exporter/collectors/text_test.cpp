#include "exporter/collectors/text.h"

#include "tests/catch.h"

using namespace exporter::collectors;

TEST_CASE("text is split at separators, without an empty piece at its end") {
  REQUIRE(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b"});
  REQUIRE(split("", ',').empty());
}

TEST_CASE("words are what stands between blanks") {
  REQUIRE(words("  one \t two\n") == std::vector<std::string_view>{"one", "two"});
  REQUIRE(words(" \n").empty());
  REQUIRE(first_word("  one two") == "one");
  REQUIRE(first_word(" ").empty());
}

TEST_CASE("a number is the whole text") {
  REQUIRE(to_number("12") == 12U);
  REQUIRE_FALSE(to_number("12x"));
  REQUIRE_FALSE(to_number(""));
  REQUIRE_FALSE(to_number("-1"));
  REQUIRE(to_double("1.5") == 1.5);
  REQUIRE_FALSE(to_double("1.5 "));
}
