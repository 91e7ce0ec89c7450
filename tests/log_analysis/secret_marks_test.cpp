#include "log_analysis/secret_marks.h"

#include <string>

#include "tests/catch.h"

using namespace log_analysis;

TEST_CASE("a mark is read however it is written") {
  const auto [text, c, size] = GENERATE(table<std::string, char, std::size_t>({
      {"\"x", '"', 1},
      {"\\\"x", '"', 2},
      {"\\\\\\\"x", '"', 4},
      {"\\u0022x", '"', 6},
      {"\\x22x", '"', 4},
      {"&quot;x", '"', 6},
      {"&#39;x", '\'', 5},
      {"&#x3D;x", '=', 6},
      {"%3Dx", '=', 3},
      {"%253Ax", ':', 5},
      {"%zz", '%', 1},
      {"&x", '&', 1},
      {"\\nx", '\n', 2},
      {"\\", '\\', 1},
  }));
  INFO(text);
  CHECK(mark_at(text, 0).c == c);
  CHECK(mark_at(text, 0).size == size);
  CHECK(mark_at(text, text.size()).size == 0);
}

TEST_CASE("a quoted text ends where its own kind of quote closes") {
  const auto [text, inside] = GENERATE(table<std::string, std::string>({
      {"\"a b\" c", "a b"},
      {"\"a\\\"b\" c", "a\\\"b"},
      {"'it''s' c", "it''s"},
      {"'don't tell' c", "don't tell"},
      {"\\\"a \\\\\\\"b\\\" c\"", "a \\\\\\\"b"},
      {"\\\"cut\" c", "cut"},
      {"&quot;a b&quot; c", "a b"},
      {"%22a%20b%22&c", "a%20b"},
      {"\"cut", "cut"},
      {"\"\"\"a \"b\" c\"\"\" d", "a \"b\" c"},
  }));
  INFO(text);
  const auto quoted = quoted_at(text, 0);
  REQUIRE(quoted);
  CHECK(text.substr(quoted->begin, quoted->end - quoted->begin) == inside);
  CHECK_FALSE(quoted_at("x", 0));
}

TEST_CASE("colour codes are passed over, raw and as text") {
  for (const std::string code : {"\x1b[31m", "\\u001b[1;31m", "\\x1b[0m", "#033[0m", "^[[0m", "\\033[0m"}) {
    INFO(code);
    CHECK(skip_colours(code + "x", 0) == code.size());
    CHECK(skip_blanks(" " + code + " x", 0) == code.size() + 2);
  }
  CHECK(skip_colours("#0", 0) == 0);
}

TEST_CASE("the next key is known by its separator") {
  CHECK(names_key("user=bob", 0));
  CHECK(names_key("a-b.c: x", 0));
  CHECK_FALSE(names_key("http://x", 0));
  CHECK_FALSE(names_key("a::b", 0));
  CHECK_FALSE(names_key("word next", 0));
}

TEST_CASE("which quote is open is known from left to right") {
  OpenQuote open("a \"b don't\" 'c' d");
  CHECK(open.at(2) == 0);
  CHECK(open.at(5) == '"');
  CHECK(open.at(12) == 0);
  CHECK(open.at(14) == '\'');
  OpenQuote masked("\"a\"b\" c");
  masked.skip(1, 5);
  CHECK(masked.at(6) == '"');
}
