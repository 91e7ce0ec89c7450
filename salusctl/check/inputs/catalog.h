// The metrics that the exporter and the healer can export, as the programs list them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace healer::salusctl::check {

struct Catalog {
  // Metric → its labels, without those that Prometheus adds.
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> metrics;

  // The labels of a series, job and instance among them; nullptr: no such metric. Histograms are known by
  // _bucket, _sum and _count.
  const std::set<std::string, std::less<>>* labels_of(std::string_view series) const;
  std::set<std::string, std::less<>> names() const;

  // Adds the output of one program with --metrics.describe=json.
  base::Result<> add(std::string_view json);
};

// Runs the programs that are installed beside this one or are beside it in a build folder. Blocks for at most
// 10 s for each. An error names the program that cannot be found or fails.
base::Result<Catalog> ask_programs();
// The same from files with their output.
base::Result<Catalog> read_catalog(const std::vector<std::string>& files);

// The path of a program of Salus; empty: not found.
std::string find_program(std::string_view name);

}  // namespace healer::salusctl::check
