// A cache from well-mixed 64-bit hashes to small numbers: open addressing in one array that grows to a bound.
// At the bound it is cleared, so its values must be cheap to compute again.
#pragma once

#include <cstdint>
#include <vector>

namespace log_analysis {

class FlatIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::size_t kMaxEntries = std::size_t{1} << 15;  // 512 KiB

  std::uint32_t find(std::uint64_t hash) const {
    for (std::size_t at = hash & mask();; at = (at + 1) & mask()) {
      if (table_[at].value == kNone || table_[at].hash == hash) return table_[at].value;
    }
  }

  // `value` is not kNone.
  void set(std::uint64_t hash, std::uint32_t value) {
    if (2 * (used_ + 1) > table_.size()) grow();
    Entry& entry = entry_of(hash);
    if (entry.value == kNone) ++used_;
    entry = {hash, value};
  }

  void clear() {
    table_.assign(table_.size(), Entry{});
    used_ = 0;
  }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint32_t value = kNone;
  };

  std::size_t mask() const { return table_.size() - 1; }

  Entry& entry_of(std::uint64_t hash) {
    std::size_t at = hash & mask();
    while (table_[at].value != kNone && table_[at].hash != hash) at = (at + 1) & mask();
    return table_[at];
  }

  void grow() {
    if (table_.size() >= kMaxEntries) return clear();
    std::vector<Entry> old(2 * table_.size());
    old.swap(table_);
    for (const Entry& entry : old) {
      if (entry.value != kNone) entry_of(entry.hash) = entry;
    }
  }

  std::vector<Entry> table_ = std::vector<Entry>(256);
  std::size_t used_ = 0;
};

}  // namespace log_analysis
