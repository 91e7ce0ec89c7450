// Whether a journal is whole: every record, the checkpoint, and the newest record that the healer told of
// beside it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace healer::journal {

struct Verified {
  std::uint64_t first = 0;  // record that is there; 0: there is none
  std::uint64_t last = 0;
  base::WallTime oldest{};  // of them, by their own words
  base::WallTime newest{};
  std::uint64_t retired = 0;     // the last one that was removed for its age; 0: none was
  std::uint64_t checkpoint = 0;  // the last one that the checkpoint stands for; 0: there is none
  bool head = false;             // whether there is a head to hold it against
};

// Reads all of it, from the first record that is left, and changes nothing; beside a healer that has it open,
// at one moment. The error names the first record, or the line of the checkpoint, that is not what was
// written. Blocks.
base::Result<Verified> verify(const std::string& path);

}  // namespace healer::journal
