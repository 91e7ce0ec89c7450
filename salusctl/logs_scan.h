// `salusctl logs scan`: the log engine over files, once. Needs no healer.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "log_analysis/pattern_store.h"
#include "salusctl/command.h"

namespace healer::salusctl {

struct LogsScan {
  std::vector<std::string> files{};  // "-" is standard input; none: standard input
  bool per_line = false;
  bool json = false;
  std::size_t top = 10;
  std::uint64_t critical_per_hour = 5;
  std::uint64_t errors_per_hour = 50;
  std::string since{};    // a duration before the last event, or an RFC 3339 time; empty: the last tenth
  bool colour = false;    // of the text
  bool progress = false;  // on standard error, when it takes long
};

using LevelCounts = std::array<std::uint64_t, log_analysis::kLevels>;

// The result of a scan. Events without a time are in no hour. In a log without any time, the time of an event
// is its number in nanoseconds.
struct LogsFound {
  struct Place {
    log_analysis::Level level = log_analysis::Level::info;
    unsigned lines = 0;
    log_analysis::PatternId pattern = log_analysis::Miner::kOther;
  };

  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t cut = 0;  // lines longer than 64 KiB, which were cut
  LevelCounts events{};
  std::map<std::int64_t, LevelCounts> hours;  // by hour since 1970, UTC; of events that have a time
  base::WallTime first{};
  base::WallTime last{};
  bool timed = false;         // `first` and `last` are times
  std::vector<Place> places;  // of each event in order; with per_line alone
  log_analysis::PatternStore book;
};

// Blocks until everything is read. An error names the file.
base::Result<LogsFound> find_in_logs(const LogsScan& scan, const base::Clock& clock);

// The whole command. Exit codes: 0 done, 1 a file cannot be read, 2 wrong usage.
Output scan_logs(const LogsScan& scan, const base::Clock& clock);

}  // namespace healer::salusctl
