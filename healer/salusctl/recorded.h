// A journal that is only read: of a healer that runs, or of one that ran.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/history.h"

namespace healer::salusctl {

struct Recorded {
  std::vector<std::string> before;  // what the records that were removed amount to: healer/checkpoint.h
  std::vector<Entry> entries;       // the others, oldest first
};
// Refuses a file that is damaged or no journal; changes nothing.
base::Result<Recorded> read_recorded(const std::string& file);

// What a healer that started `now` would remember.
base::Result<History> remember(const Recorded& recorded, base::Now now);

// The file that both programs take for subsystems.yml when none is named.
std::string subsystems_beside(const std::string& config_file, const std::string& given);

}  // namespace healer::salusctl
