// What a PatternBook holds; shared by the file that counts and the file that saves and loads.
#pragma once

#include <array>
#include <vector>

#include "logs/miner.h"
#include "logs/pattern_book.h"
#include "logs/pattern_record.h"

namespace logs {

struct PatternBook::State {
  explicit State(const Settings& given) : settings(given), miner(given.max_patterns), records(kLevels) {}

  PatternRecord& record(Miner::Slot slot) {
    if (slot >= records.size()) records.resize(slot + 1);
    return records[slot];
  }

  Settings settings;
  Miner miner;
  std::vector<PatternRecord> records;  // by slot of the miner
  std::uint64_t events = 0;
  std::array<std::uint64_t, kLevels> new_patterns{};  // by level
};

}  // namespace logs
