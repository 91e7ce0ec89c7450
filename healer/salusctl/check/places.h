// Where what belongs together lies: in a checkout of Salus, on an installed system, or where the user says.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace healer::salusctl::check {

// Folders and files; empty: there is none, and what would need it is left out.
struct Places {
  std::string rules;
  std::string config;  // the folder of subsystems.yml, exporter.yml and healer.yml
  std::string dashboards;
  std::string alertmanager;
  std::string prometheus;
  std::string runbooks;
  // The same by name, for messages.
  std::vector<std::pair<std::string, std::string>> all() const;
};

// Fills in what `wanted` leaves open: from the checkout that `folder` lies in (which has rules/ and
// deploy/config/), else from below `root`, "/" but in tests: etc/salus, etc/prometheus, usr/share/salus. What
// is wanted but is not there is an error, and so is it when there are no rules.
base::Result<Places> find_places(const Places& wanted, const std::string& folder,
                                 const std::string& root = "/");

}  // namespace healer::salusctl::check
