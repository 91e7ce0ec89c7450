// Checks that the names in expressions exist: metrics, recorded series, labels and their values.
#pragma once

#include <string_view>
#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/catalog.h"
#include "salusctl/check/inputs/configured.h"
#include "salusctl/check/inputs/rulebook.h"

namespace healer::salusctl::check {

// The existing names. The arguments must outlive it.
class Series {
 public:
  Series(const Catalog& catalog, const Rulebook& book, const Configured& configured);

  void check(const Query& query, std::vector<Finding>& findings) const;
  // Checks that the query's series have the label, such as that of label_values().
  void check_label(const Query& query, const std::string& label, std::vector<Finding>& findings) const;

 private:
  bool is_ours(std::string_view metric) const;
  void check_metric(const Query& query, const Selector& selector, std::vector<Finding>& findings) const;
  void check_matcher(const Query& query, const Selector& selector, const Matcher& matcher,
                     std::vector<Finding>& findings) const;
  void check_grouping(const Query& query, const Grouping& grouping, std::vector<Finding>& findings) const;

  const Catalog& catalog_;
  const Rulebook& book_;
  const Configured& configured_;
  std::set<std::string, std::less<>> recorded_;
  std::set<std::string, std::less<>> alerts_;
  std::set<std::string, std::less<>> metrics_;
  std::set<std::string, std::less<>> labels_;  // of any series of Salus
};

}  // namespace healer::salusctl::check
