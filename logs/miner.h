// Finds the patterns behind a stream of events: which events are instances of one message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/level.h"

namespace logs {

// A hash of level and masked words: the same on every machine, for ever. Written as 16 hexadecimal digits.
using PatternId = std::uint64_t;
std::string hex(PatternId id);

// Bounded memory; events of patterns beyond the bound are `kOther`. One per source; one thread.
class Miner {
 public:
  static constexpr PatternId kOther = 0;

  explicit Miner(std::size_t max_patterns = 1000);

  // The pattern of one event; `header` bytes of `message` are a known header (a hint, may be 0).
  PatternId add(Level level, std::string_view message, std::size_t header);
  // The pattern that `id` is part of by now: patterns merge as more is seen, and old ids go on to resolve.
  PatternId resolve(PatternId id) const;
  // The words, with <*> where they vary.
  std::string words(PatternId id) const;
};

}  // namespace logs
