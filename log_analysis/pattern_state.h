// The state of a PatternStore; shared by pattern_book.cpp, which counts, and pattern_book_json.cpp, which
// saves and loads.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "log_analysis/miner.h"
#include "log_analysis/pattern_record.h"
#include "log_analysis/pattern_store.h"

namespace log_analysis {

// The JSON of a pattern as last written by save(), reused because few patterns change between two saves.
struct SavedPattern {
  std::string text;
  std::size_t words_size =
      0;                 // length of the part from the miner, which only changes by a merge; 0: not written
  bool current = false;  // whether the rest, the history, is up to date
};

struct PatternStore::State {
  explicit State(const Settings& given)
      : settings(given), miner(given.max_patterns), records(kLevels), saved(kLevels) {}

  // For changes: invalidates the saved text of the slot.
  PatternRecord& record(Miner::Slot slot) {
    if (slot >= records.size()) {
      records.resize(slot + 1);
      saved.resize(slot + 1);
    }
    saved[slot].current = false;
    return records[slot];
  }

  // Adds up the records of patterns that the miner merged in its last step.
  void follow_merges() {
    for (const Miner::Merge& merge : miner.merges()) {
      record(std::max(merge.from, merge.into));  // now both exist, and references stay valid
      record(merge.into).absorb(record(merge.from));
      saved[merge.into].words_size = saved[merge.from].words_size = 0;
    }
  }

  // Restores a known pattern with its history.
  void restore(const Miner::Saved& pattern, PatternRecord& history) {
    const Miner::Slot slot = miner.restore(pattern);
    follow_merges();
    record(slot).absorb(history);
  }

  // Counts these patterns as other events and restarts the miner with the rest.
  void forget(const std::vector<Miner::Slot>& slots) {
    for (const Miner::Slot slot : slots) {
      record(static_cast<Miner::Slot>(miner.level(slot))).absorb(record(slot));
    }
    std::vector<Miner::Saved> patterns = miner.save();
    std::vector<PatternRecord> histories = std::exchange(records, std::vector<PatternRecord>(kLevels));
    saved = std::vector<SavedPattern>(kLevels);
    miner = Miner(settings.max_patterns);
    std::move(histories.begin(), histories.begin() + kLevels, records.begin());
    for (std::size_t slot = kLevels; slot < histories.size(); ++slot) {
      if (histories[slot].count == 0) continue;
      // Drops old merged ids, which would otherwise fill the limit over the years.
      if (patterns[slot].merged.size() > kKeptIds) patterns[slot].merged.resize(kKeptIds);
      restore(patterns[slot], histories[slot]);
    }
  }

  static constexpr std::size_t kKeptIds = Miner::kIdsPerPattern / 2;
  Settings settings;
  Miner miner;
  std::vector<PatternRecord> records;  // by slot of the miner
  std::vector<SavedPattern> saved;     // as `records`
  std::uint64_t events = 0;
  base::WallTime made_room{};                         // when it was last tried, in event time
  std::array<std::uint64_t, kLevels> new_patterns{};  // by level
};

}  // namespace log_analysis
