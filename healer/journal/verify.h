// Verifies a journal: every record, the checkpoint, and the newest record according to the head.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer::journal {

struct Verified {
  std::uint64_t first = 0;  // the first record; 0: there is none
  std::uint64_t last = 0;
  base::WallTime oldest{};  // by the times in the records
  base::WallTime newest{};
  std::uint64_t retired = 0;     // the last one that was removed for its age; 0: none
  std::uint64_t checkpoint = 0;  // the last one that the checkpoint covers; 0: there is none
  bool head = false;             // whether a head exists
};

// Reads all of it in one transaction, also while a healer has it open, and changes nothing. The error names
// the first record, or line of the checkpoint, that does not match its hash. Blocks.
base::Result<Verified> verify(const std::string& path);

}  // namespace healer::journal
