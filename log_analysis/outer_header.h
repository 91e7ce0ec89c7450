// What a collector puts before a program's own line: syslog, journalctl, docker compose, Kubernetes, pm2.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "log_analysis/level.h"

namespace log_analysis {

struct OuterHeader {
  std::size_t end = 0;         // the program's own line begins here; 0: there is no such header
  bool timed = false;          // it has a date and a time
  std::optional<Level> level;  // syslog's priority: used when the line itself states no level
};

// All headers in front of the line, one after the other, in any order:
//   syslog        "<34>Jan  2 03:04:05 host app[7]: ", "<34>1 2025-01-02T03:04:05Z host app 7 - - "
//   rsyslog       "2025-01-02T03:04:05.678901+00:00 host app[7]: "
//   journalctl    the same, "Thu 2025-01-02 03:04:05 UTC host app[7]: ", "1735787045.678901 host app[7]: ",
//                 "[12345.678901] host app[7]: "
//   kernel        "[12345.678901] "
//   compose       "api-1  | ", "api stdout | "; pm2 "0|api  | ", "PM2      | "
//   kubectl       "[pod/api-7d9/api] "
//   containers    "2025-01-02T03:04:05.678901234Z ", with "stdout F " behind it
// A time that the program wrote itself is taken off too. Reads only the beginning of the line.
OuterHeader read_outer_header(std::string_view line);

}  // namespace log_analysis
