#include "salusctl/check/promql/promql_tokens.h"

#include "tests/catch.h"

using healer::salusctl::check::closing;
using healer::salusctl::check::is_keyword;
using healer::salusctl::check::promql_tokens;
using healer::salusctl::check::Token;

namespace {

std::string words(const std::string& expression) {
  std::string text;
  for (const Token& token : promql_tokens(expression)) text += (text.empty() ? "" : " ") + token.text;
  return text;
}

}  // namespace

TEST_CASE("an expression is taken apart into words, without blanks and comments") {
  const auto [expression, expected] = GENERATE(table<std::string, std::string>({
      {"a+b", "a + b"},
      {"a>=b!=c=~d", "a >= b != c =~ d"},
      {"a:b{c!~\"d\\\"\"}", "a:b { c !~ d\" }"},
      {"3*86400", "3 * 86400"},
      {"1e-3+5m", "1e-3 + 5m"},
      {"0x1f-1", "0x1f - 1"},
      {"x[1h:5m]offset 1d", "x [1h:5m] offset 1d"},
      {"a#b\nc", "a c"},
      {"'a\\n'", "a\n"},
      {"$a:b ${c:d}", "$a :b ${c:d}"},
  }));
  CAPTURE(expression);
  CHECK(words(expression) == expected);
}

TEST_CASE("what PromQL does not have is a word of its own kind") {
  CHECK(promql_tokens("a ; b").at(1).kind == Token::Kind::kUnknown);
  CHECK(promql_tokens("\"never ends").at(0).kind == Token::Kind::kUnknown);
  CHECK(promql_tokens("x[5m").at(1).kind == Token::Kind::kUnknown);
}

TEST_CASE("a string is never taken for what it says") { CHECK_FALSE(promql_tokens("\"on\"").at(0).is("on")); }

TEST_CASE("a bracket finds the one that closes it") {
  const auto tokens = promql_tokens("(a{b=\"c\"} + (d))");
  CHECK(closing(tokens, 0) == tokens.size() - 1);
  CHECK(closing(tokens, 2) == 6);
  CHECK(closing(promql_tokens("(a"), 0) == 2);
}

TEST_CASE("keywords are known in any case") {
  CHECK(is_keyword("AND"));
  CHECK(is_keyword("group_left"));
  CHECK_FALSE(is_keyword("sum"));
  CHECK_FALSE(is_keyword("android"));
}
