// salusctl report: the weekly report of any window, or the report of an incident. Needs no running healer.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "salusctl/command.h"

namespace healer::salusctl {

struct ReportWeekly {
  std::string from, to;   // RFC 3339; empty: the week until last Monday 04:00 UTC
  std::string out = ".";  // folder
  std::string stack = "Salus";
  std::string prometheus = "http://127.0.0.1:9090";  // empty: not queried
  std::string exporter;                              // empty: not queried
  std::string journal;                               // empty: not read
  std::string runbooks;                              // empty: the default
  double objective = 99.9;                           // percent
};

// Prints the report's path and its score. Exit codes: 0 written, 1 not written, 2 wrong usage.
Output report_weekly(const ReportWeekly& wanted, const base::Clock& clock);

struct ReportIncident {
  std::string incident;   // INC-17
  std::string out = ".";  // folder
  std::string stack = "Salus";
  std::string journal = "/var/lib/salus/journal.db";
  std::string prometheus = "http://127.0.0.1:9090";  // empty: not queried
  std::string exporter = "http://127.0.0.1:9869";    // empty: not queried
  std::string subsystems;                            // subsystems.yml; empty: dependencies are not known
  std::string runbooks;                              // empty: the default
};

// Prints the report's path and the incident's status. Exit codes as above.
Output report_incident(const ReportIncident& wanted, const base::Clock& clock);

}  // namespace healer::salusctl
