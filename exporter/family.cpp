#include "exporter/family.h"

#include <string>

#include "base/exposition.h"

namespace exporter {

prometheus::MetricFamily open_family(const Family& family) {
  std::string name(family.name);
  std::string help(family.help);
  return family.type == kCounter ? base::counter_family(std::move(name), std::move(help))
                                 : base::gauge_family(std::move(name), std::move(help));
}

}  // namespace exporter
