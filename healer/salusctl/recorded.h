// A journal that is only read: of a healer that runs, or of one that ran.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "healer/history.h"

namespace healer::salusctl {

// Every record, oldest first. Refuses a file that is damaged or no journal; changes nothing.
base::Result<std::vector<Entry>> read_recorded(const std::string& file);

// What a healer that started `now` would remember.
History remember(const std::vector<Entry>& entries, base::Now now);

// The file that both programs take for subsystems.yml when none is named.
std::string subsystems_beside(const std::string& config_file, const std::string& given);

}  // namespace healer::salusctl
