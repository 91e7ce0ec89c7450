// The paths of the files to check: in a checkout of Salus, on an installed system, or given by the user.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace healer::salusctl::check {

// Folders and files; empty: not found, and the checks that need it are skipped.
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

// Completes the empty paths of `wanted`: from the checkout that contains `folder` (it has rules/ and
// deploy/config/), else from below `root` ("/" except in tests): etc/salus, etc/prometheus, usr/share/salus.
// It is an error if a path in `wanted` does not exist, or if there are no rules.
base::Result<Places> find_places(const Places& wanted, const std::string& folder,
                                 const std::string& root = "/");

}  // namespace healer::salusctl::check
