// The thresholds that rules write as numbers: recorded limits, and what alerts compare with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "salusctl/check/promql/matching.h"
#include "salusctl/check/promql/promql_names.h"

namespace healer::salusctl::check {

// A number for each series that a selector matches: 60 * group by (x) (series{a="b"}) or 300 * …, or
// vector(0.9).
struct Limit {
  struct Branch {
    std::optional<Selector> of;  // nullopt: of all series
    double value = 0;
  };
  std::vector<Branch> branches;  // the first that matches applies
  // nullopt: none matches, or it is not known.
  std::optional<double> of(const PossibleLabels& labels) const;
  std::optional<double> constant() const;  // set if it is one number for all series
};

// nullopt: the expression has another form and is not understood.
std::optional<Limit> read_limit(std::string_view expression);

struct Comparison {
  std::string left;    // what is compared, its tokens separated by one blank
  bool above = true;   // > or >=; otherwise < or <=
  std::string record;  // the recorded series it is compared with; empty: a number
  double number = 0;
  std::size_t offset = 0;
};

// Every comparison of the expression with a number, such as 3 * 86400, or with a series without matchers.
std::vector<Comparison> comparisons(std::string_view expression);

}  // namespace healer::salusctl::check
