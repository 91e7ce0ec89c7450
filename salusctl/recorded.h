// Reads a journal without changing it, also while a healer uses it.
#pragma once

#include <string>
#include <vector>

#include "base/os/clock.h"
#include "healer/state/history/history.h"

namespace healer::salusctl {

struct Recorded {
  std::vector<std::string> before;  // the state after the removed records: healer/state/checkpoint.h
  std::vector<Entry> entries;       // the others, oldest first
};
// Returns an error if the file is damaged or not a journal. Changes nothing.
base::Result<Recorded> read_recorded(const std::string& file);

// The state of a healer that starts `now`.
base::Result<History> remember(const Recorded& recorded, base::Now now);

// The default subsystems.yml of both programs.
std::string subsystems_beside(const std::string& config_file, const std::string& given);

}  // namespace healer::salusctl
