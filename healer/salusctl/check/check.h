// salusctl check: holds rules, configurations, dashboards, runbooks and routes against each other. Needs no
// healer that runs, and changes nothing.
#pragma once

#include <string>
#include <vector>

#include "healer/salusctl/check/catalog.h"
#include "healer/salusctl/check/finding.h"
#include "healer/salusctl/check/places.h"
#include "healer/salusctl/command.h"

namespace healer::salusctl::check {

struct CheckCommand {
  Places places{};  // what is empty is found
  std::vector<std::string>
      metrics{};           // files with what --metrics.describe=json prints; none: ask the programs
  std::string healer_url;  // where the healer listens
  bool json = false;
};

// Codes: 0 no errors, though there may be warnings; 1 errors; 2 wrong usage, or something to begin with
// cannot be read. Blocks for the programs that it asks.
Output check(const CheckCommand& command);

// Everything but what other programs say, sorted.
Report inspect(const Places& places, const Catalog& catalog, const std::string& healer_url);

}  // namespace healer::salusctl::check
