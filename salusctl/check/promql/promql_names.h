// The names in a PromQL expression: series with their label matchers, and the labels that it groups and joins
// by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "salusctl/check/promql/promql_tokens.h"

namespace healer::salusctl::check {

struct Matcher {
  std::string label;
  std::string op;  // = != =~ !~
  std::string value;
  bool operator==(const Matcher&) const = default;
};

// The label values that a matcher lists: a literal, or a regular expression that consists of alternatives of
// literals. Empty for "", for other expressions, and for a dashboard's variable or a playbook's {{target}}.
std::vector<std::string> named_values(const Matcher& matcher);

struct Selector {
  std::string metric;  // empty: no name
  std::vector<Matcher> matchers;
  std::size_t offset = 0;  // in the expression
};

struct Grouping {
  std::string keyword;  // by without on ignoring group_left group_right
  std::vector<std::string> labels;
  std::size_t offset = 0;
  // What it groups, as offsets: the operand of an aggregation; for on and the like the whole expression.
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct Names {
  std::vector<Selector> selectors;
  std::vector<Grouping> groupings;
  bool makes_labels = false;  // label_replace, label_join, count_values
};

Names promql_names(std::string_view expression);

// The selector that starts at tokens[i]; `i` is moved behind it. tokens[i] must be a metric or a {.
Selector read_selector(const std::vector<Token>& tokens, std::size_t& i);

// Whether tokens[i] names a series: neither a keyword nor a function.
bool begins_selector(const std::vector<Token>& tokens, std::size_t i);

}  // namespace healer::salusctl::check
