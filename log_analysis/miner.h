// Finds the patterns in a stream of events: which events are instances of the same message.
//
// The pattern of an event is its level and its masked words (log_analysis/masked_words.h). Words that vary
// without looking like values (names, states) are found by counting: when kDistinct patterns differ only in
// one word, and at least kKept constant words remain, that word is open: the patterns merge into one with <*>
// in its place. Words without a lower-case letter never open, because they are keywords, of which there are
// few. Patterns of different levels never merge.
//
// Which words open depends on the events seen. An id depends only on level and words, so the same pattern has
// the same id in all runs. If only one word of a message varies, the result does not depend on the order of
// events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "log_analysis/flat_index.h"
#include "log_analysis/level.h"
#include "log_analysis/masked_words.h"

namespace log_analysis {

// 64-bit FNV-1a of the level's name, a space and the words as shown, joined by spaces: the same on every
// machine and in every version. Written as 16 hexadecimal digits.
using PatternId = std::uint64_t;
std::string hex(PatternId id);

// Bounded memory; events of patterns beyond the limit are `kOther`. One miner for each source. Not
// thread-safe.
class Miner {
 public:
  static constexpr PatternId kOther = 0;
  static constexpr std::size_t kDistinct = 5;
  static constexpr std::size_t kKept = 2;
  static constexpr std::size_t kMaxText = 1024;     // bytes of a pattern's words; the rest is omitted
  static constexpr std::size_t kIdsPerPattern = 8;  // ids remembered beside each of `max_patterns`

  explicit Miner(std::size_t max_patterns = 1000);

  // The pattern of one event; `header` bytes of `message` are a known header (a hint, may be 0). Does not
  // allocate for known words.
  PatternId add(Level level, std::string_view message, std::size_t header);
  // The current pattern of `id`: patterns merge over time, and old ids still resolve. An unknown id resolves
  // to itself.
  PatternId resolve(PatternId id) const;
  // The words, with <*> where they vary; empty for an unknown id.
  std::string words(PatternId id) const;

  // For callers that store data for each pattern: a slot is a small number that identifies a pattern within
  // this miner. The first kLevels slots are those of kOther, one for each level.
  using Slot = std::uint32_t;
  struct Merge {
    Slot from = 0;
    Slot into = 0;
  };
  // As add(). The merges caused by this event are in merges() until the next call of place() or restore().
  Slot place(Level level, std::string_view message, std::size_t header);
  const std::vector<Merge>& merges() const { return merges_; }
  // No room for another pattern: the limit of patterns or of merged ids is reached.
  bool full() const;
  Slot slots() const { return static_cast<Slot>(nodes_.size()); }
  bool live(Slot slot) const { return nodes_[slot].parent == slot; }
  PatternId id(Slot slot) const { return nodes_[slot].id; }
  Level level(Slot slot) const { return nodes_[slot].level; }
  const std::string& words_of(Slot slot) const { return nodes_[slot].words; }

  // The saved state of a pattern, from which another miner can continue.
  struct Saved {
    Level level = Level::info;
    std::string words;
    std::vector<PatternId> merged;    // ids that resolve to it
    std::vector<std::uint64_t> open;  // hashes of the words around each of its open places
  };
  // By slot; nullopt if the slot is not live.
  std::vector<Saved> save() const;
  // The pattern's slot; that of kOther beyond the limit.
  Slot restore(const Saved& saved);

 private:
  struct Node {
    PatternId id = kOther;
    Level level = Level::info;
    Slot parent = 0;  // itself while it is live
    std::string words;
  };

  Slot place_unseen(Level level, std::string_view message, std::size_t matter);
  Slot root(Slot slot) const;
  Slot create(Level level, std::string words, PatternId id);
  Slot opened_by(Level level, std::string_view text) const;
  void watch(Slot slot);
  void open(std::uint64_t around, Level level, std::string words, const std::vector<Slot>& members);
  void merge(Slot from, Slot into);
  void forget_idle();

  std::size_t max_patterns_;
  std::size_t live_ = 0;
  bool overflowed_ = false;
  MaskedWords split_;
  std::vector<Node> nodes_;
  FlatIndex seen_;                                // hash of masked words → slot
  std::unordered_map<PatternId, Slot> by_id_;     // including merged patterns
  std::unordered_map<std::uint64_t, Slot> open_;  // hash around an open place → its pattern
  std::unordered_map<std::uint64_t, std::vector<Slot>>
      watched_;  // hash around a place → patterns that differ there
  std::vector<Merge> merges_;
};

}  // namespace log_analysis
