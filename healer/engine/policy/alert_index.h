// Finds, among many label sets of one alert name, those that can be the same alert at another point of its
// path: Prometheus adds external labels, relabelling drops or adds some, and `policy` may have changed.
#pragma once

#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "healer/model/labels.h"

namespace healer::policy {

// Keeps pointers: the label sets must outlive it and not move. Not thread-safe, not even for reading.
class AlertIndex {
 public:
  void add(const Labels& labels);
  bool empty() const { return by_names_.empty(); }
  // True when one of the label sets has the same value for every name that both have, except `policy`.
  bool holds(const Labels& labels) const;

 private:
  using Names = std::vector<std::string>;
  struct Alike {
    std::vector<const Labels*> all;
    // Their values for some of the names, by these names; filled on demand.
    mutable std::map<Names, std::unordered_set<std::string>> values;
  };
  std::map<Names, Alike> by_names_;
};

}  // namespace healer::policy
