// Finds, among many label sets of one alert, those that can be the same alert on another part of its way:
// Prometheus adds external labels, relabelling drops or adds some, and `policy` may have been changed.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "healer/labels.h"

namespace healer::policy {

// Holds pointers: the label sets must outlive it and stay where they are. Not thread-safe, also not to read.
class AlertIndex {
 public:
  void add(const Labels& labels);
  bool empty() const { return by_names_.empty(); }
  // One of the label sets has the same value for every name, but for `policy`, that both have.
  bool holds(const Labels& labels) const;

 private:
  using Names = std::vector<std::string>;
  struct Alike {
    std::vector<const Labels*> all;
    // Their values for some of the names, by these names: made when it is asked for.
    mutable std::map<Names, std::unordered_set<std::string>> values;
  };
  std::map<Names, Alike> by_names_;
};

}  // namespace healer::policy
