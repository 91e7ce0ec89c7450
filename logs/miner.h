// Finds the patterns behind a stream of events: which events are instances of one message.
//
// An event's masked words (logs/masked_words.h) with its level are its pattern. Words that vary without
// looking like values (names, states) are found by counting: when kDistinct patterns differ in one word
// alone, and at least kKept constant words remain, the word is open: those patterns merge into one that has
// <*> there. Words without a small letter never open: capitals are keywords, of which there are few. Patterns
// of different levels never merge.
//
// Which word opens depends on what was seen, an id only on level and words: what two runs both call a pattern
// has one id. Where one word of a message varies at a time, neither depends on the order of events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "logs/flat_index.h"
#include "logs/level.h"
#include "logs/masked_words.h"

namespace logs {

// 64-bit FNV-1a of the level's name, a space and the words as shown, joined by spaces: the same on every
// machine, for ever. Written as 16 hexadecimal digits.
using PatternId = std::uint64_t;
std::string hex(PatternId id);

// Bounded memory; events of patterns beyond the bound are `kOther`. One per source; one thread.
class Miner {
 public:
  static constexpr PatternId kOther = 0;
  static constexpr std::size_t kDistinct = 5;
  static constexpr std::size_t kKept = 2;
  static constexpr std::size_t kMaxText = 1024;     // bytes of a pattern's words; those after are left out
  static constexpr std::size_t kIdsPerPattern = 8;  // ids remembered beside each of `max_patterns`

  explicit Miner(std::size_t max_patterns = 1000);

  // The pattern of one event; `header` bytes of `message` are a known header (a hint, may be 0). Does not
  // allocate for words that it has seen before.
  PatternId add(Level level, std::string_view message, std::size_t header);
  // The pattern that `id` is part of by now: patterns merge as more is seen, and old ids go on to resolve. An
  // id that is not known resolves to itself.
  PatternId resolve(PatternId id) const;
  // The words, with <*> where they vary; empty for an id that is not known.
  std::string words(PatternId id) const;

  // For one who keeps something for each pattern: a slot is a small number that stands for a pattern within
  // this miner. The first kLevels are those of kOther, one for each level.
  using Slot = std::uint32_t;
  struct Merge {
    Slot from = 0;
    Slot into = 0;
  };
  // As add(). What merged by this event is in merges() until the next call of place() or restore().
  Slot place(Level level, std::string_view message, std::size_t header);
  const std::vector<Merge>& merges() const { return merges_; }
  // No further pattern finds room: there are as many as may be, or too many that have merged.
  bool full() const;
  Slot slots() const { return static_cast<Slot>(nodes_.size()); }
  bool live(Slot slot) const { return nodes_[slot].parent == slot; }
  PatternId id(Slot slot) const { return nodes_[slot].id; }
  Level level(Slot slot) const { return nodes_[slot].level; }
  const std::string& words_of(Slot slot) const { return nodes_[slot].words; }

  // What must be kept of a pattern so that another miner goes on with it.
  struct Saved {
    Level level = Level::info;
    std::string words;
    std::vector<PatternId> merged;    // ids that resolve to it
    std::vector<std::uint64_t> open;  // hashes of the words around each of its open places
  };
  // By slot; empty for one that is not live.
  std::vector<Saved> save() const;
  // The pattern's slot; that of kOther when it is beyond the bound.
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
  std::unordered_map<PatternId, Slot> by_id_;     // also of what has merged
  std::unordered_map<std::uint64_t, Slot> open_;  // hash around an open place → its pattern
  std::unordered_map<std::uint64_t, std::vector<Slot>>
      watched_;  // hash around a place → patterns that differ there
  std::vector<Merge> merges_;
};

}  // namespace logs
