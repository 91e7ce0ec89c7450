// salusctl check: checks rules, configurations, dashboards, runbooks and routes against each other. Needs no
// running healer and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "salusctl/check/finding.h"
#include "salusctl/check/inputs/catalog.h"
#include "salusctl/check/inputs/places.h"
#include "salusctl/command.h"

namespace healer::salusctl::check {

struct CheckCommand {
  Places places{};  // empty: the default
  std::vector<std::string>
      metrics{};           // files with the output of --metrics.describe=json; none: run the programs
  std::string healer_url;  // URL of the healer
  bool json = false;
};

// Codes: 0 no errors, but possibly warnings; 1 errors; 2 wrong usage, or the rules or the list of metrics
// cannot be read. Blocks while it runs programs.
Output check(const CheckCommand& command);

// All findings except those of other programs, sorted.
Report inspect(const Places& places, const Catalog& catalog, const std::string& healer_url);

}  // namespace healer::salusctl::check
