// The tokens of a PromQL expression, to find names in it. It does not validate the expression: promtool does
// that. Grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace healer::salusctl::check {

struct Token {
  enum class Kind {
    kWord,      // metric, function, keyword, label
    kNumber,    // 14.4, 1e3, 5m
    kString,    // decoded
    kOperator,  // + == =~ …
    kOpen,      // ( {
    kClose,     // ) }
    kComma,
    kRange,     // [5m], [1h:5m] as a whole
    kVariable,  // $subsystem, ${source:regex}, [[x]] of a dashboard
    kUnknown,   // a character that PromQL does not have, or an unterminated string
  };
  Kind kind{};
  std::string text;
  std::size_t offset = 0;
  bool is(std::string_view wanted) const { return kind != Kind::kString && text == wanted; }
};

// Without comments and spaces. Never fails: text that is not PromQL is kUnknown.
std::vector<Token> promql_tokens(std::string_view expression);

// The index of the bracket that closes the one at `open`; tokens.size() if there is none.
std::size_t closing(const std::vector<Token>& tokens, std::size_t open);

// Whether the word is a keyword, in any letter case: and, or, unless, by, offset, bool, …
bool is_keyword(std::string_view word);

}  // namespace healer::salusctl::check
