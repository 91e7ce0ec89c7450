// The words of a PromQL expression. Good enough to find names in one, not to say whether it is right:
// promtool does that. Grammar: https://prometheus.io/docs/prometheus/latest/querying/basics/
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
    kUnknown,   // a character that PromQL does not have, or a string that does not end
  };
  Kind kind{};
  std::string text;
  std::size_t offset = 0;
  bool is(std::string_view wanted) const { return kind != Kind::kString && text == wanted; }
};

// Comments and spaces are left out. Never fails: what is no word of PromQL is kUnknown.
std::vector<Token> promql_tokens(std::string_view expression);

// Where the bracket that opens at `open` closes; tokens.size() when it does not.
std::size_t closing(const std::vector<Token>& tokens, std::size_t open);

// Whether the word is one of the language's own in any case: and, or, unless, by, offset, bool, …
bool is_keyword(std::string_view word);

}  // namespace healer::salusctl::check
