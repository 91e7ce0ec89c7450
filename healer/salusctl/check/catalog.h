// Which metrics the exporter and the healer can export, as the programs themselves say it.
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

  // Takes in what one program printed with --metrics.describe=json.
  base::Result<> add(std::string_view json);
};

// Asks the programs that are installed beside this one, or lie beside it in a build folder. Blocks for 10 s
// at most for each. An error says which program cannot be found or does not answer.
base::Result<Catalog> ask_programs();
// The same from files with their answers.
base::Result<Catalog> read_catalog(const std::vector<std::string>& files);

// Where a program of Salus is; empty: not to be found.
std::string find_program(std::string_view name);

}  // namespace healer::salusctl::check
