#include "tests/golden.h"

#include "tests/catch.h"

TEST_CASE("a difference is reported by its first line, with the command that updates the file") {
  const auto [expected, actual, line, was, is] =
      GENERATE(table<std::string, std::string, int, std::string, std::string>({
          {"a\nb\nc\n", "a\nB\nC\n", 2, "b", "B"},
          {"a\nbc\n", "a\nbcd\n", 2, "bc", "bcd"},
          {"a\n", "a\nb\n", 2, "(end of text)", "b"},
          {"", "a\n", 1, "(end of text)", "a"},
          {"a\nb\n", "a\nb", 2, "b", "b (no line break)"},
          {"a\n\nb\n", "a\nb\n", 2, "", "b"},
      }));
  CHECK(tests::first_difference("docs/x.md", expected, expected).empty());
  CHECK(tests::first_difference("docs/x.md", expected, actual) ==
        fmt::format("docs/x.md: first difference in line {}\n  expected: {}\n  actual:   {}\n"
                    "to accept the actual text: ./dev golden\n",
                    line, was, is));
}
