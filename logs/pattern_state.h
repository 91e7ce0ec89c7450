// What a PatternBook holds; shared by the file that counts and the file that saves and loads.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "logs/miner.h"
#include "logs/pattern_book.h"
#include "logs/pattern_record.h"

namespace logs {

// A pattern as save() wrote it last: in most steps most patterns have not changed.
struct SavedPattern {
  std::string text;
  std::size_t words_size =
      0;                 // how much of it the miner knows: that changes by a merge alone; 0: not written
  bool current = false;  // the rest of it, the history
};

struct PatternBook::State {
  explicit State(const Settings& given)
      : settings(given), miner(given.max_patterns), records(kLevels), saved(kLevels) {}

  // For changes: what is saved of the slot is written anew.
  PatternRecord& record(Miner::Slot slot) {
    if (slot >= records.size()) {
      records.resize(slot + 1);
      saved.resize(slot + 1);
    }
    saved[slot].current = false;
    return records[slot];
  }

  // Takes over what was counted of patterns that the miner merged in its last step.
  void follow_merges() {
    for (const Miner::Merge& merge : miner.merges()) {
      record(std::max(merge.from, merge.into));  // now both are there, and stay where they are
      record(merge.into).absorb(record(merge.from));
      saved[merge.into].words_size = saved[merge.from].words_size = 0;
    }
  }

  // A pattern that was known before, with its history.
  void restore(const Miner::Saved& pattern, PatternRecord& history) {
    const Miner::Slot slot = miner.restore(pattern);
    follow_merges();
    record(slot).absorb(history);
  }

  // Counts these as other events from now on, and begins the miner anew with the rest.
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
      // All ids that have merged, from years ago too, must not fill what is kept for them.
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
  base::WallTime made_room{};                         // when it was last tried, by the time of events
  std::array<std::uint64_t, kLevels> new_patterns{};  // by level
};

}  // namespace logs
