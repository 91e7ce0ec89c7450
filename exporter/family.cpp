#include "exporter/family.h"

#include <string>
#include <utility>

#include "base/text/exposition.h"

namespace exporter {

prometheus::MetricFamily open_family(const Family& family) {
  std::string name(family.name);
  std::string help(family.help);
  return family.type == kCounter ? base::counter_family(std::move(name), std::move(help))
                                 : base::gauge_family(std::move(name), std::move(help));
}

std::vector<prometheus::MetricFamily> take_families(
    std::initializer_list<prometheus::MetricFamily*> families) {
  std::vector<prometheus::MetricFamily> taken;
  taken.reserve(families.size());
  for (auto* family : families) taken.push_back(std::move(*family));
  return taken;
}

}  // namespace exporter
