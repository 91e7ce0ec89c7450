#include "log_analysis/miner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text/utf8.h"
#include "log_analysis/redaction.h"

namespace log_analysis {

namespace {

constexpr std::string_view kMask = "<*>";
constexpr std::size_t kWatchedPerPattern = 20;

// ---- persistent hashes: 64-bit FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ ----

constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325;

std::uint64_t fnv(std::string_view bytes, std::uint64_t hash) {
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

PatternId id_of(Level level, std::string_view words) {
  const PatternId id = fnv(words, fnv(" ", fnv(name(level), kFnvBasis)));
  return id == Miner::kOther ? 1 : id;
}

// ---- the hash of a message's words: fast, valid only in this process ----

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9fb21c651e98df25;
  return hash ^ (hash >> 32);
}

template <class Number>
std::uint64_t number_at(const char* at) {
  Number number = 0;
  std::memcpy(&number, at, sizeof(number));
  return number;
}

// Hashes all bytes of `text`, some twice, which is faster than copying the last few.
std::uint64_t mix_text(std::uint64_t hash, std::string_view text) {
  const char* at = text.data();
  const std::size_t size = text.size();
  const char* const end = at + size;
  if (size >= 8) {
    for (; end - at > 8; at += 8) hash = mix(hash, number_at<std::uint64_t>(at));
    return mix(hash, number_at<std::uint64_t>(end - 8));
  }
  if (size >= 4) {
    return mix(hash, number_at<std::uint32_t>(at) << 32U | number_at<std::uint32_t>(end - 4));
  }
  if (size == 0) return hash;
  return mix(hash, number_at<std::uint8_t>(at) << 16U | number_at<std::uint8_t>(at + size / 2) << 8U |
                       number_at<std::uint8_t>(end - 1));
}

std::uint64_t hash_of(Level level, std::span<const Word> words) {
  std::uint64_t hash = static_cast<std::uint64_t>(level) + 1;
  for (const Word& word : words) {
    hash = mix_text(mix(hash, word.text.size() << 2U | static_cast<std::uint64_t>(word.kind)), word.text);
  }
  return mix(hash, hash >> 29U);
}

// ---- words as text: joined by spaces, which words do not contain ----

std::string text_of(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    const std::string one = shown(word);
    if (text.size() + one.size() + 1 > Miner::kMaxText) break;
    if (!text.empty()) text += ' ';
    text += one;
  }
  return text;
}

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    parts.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return parts;
}

bool constant(std::string_view part) { return !part.ends_with(kMask); }

// Length of the key of a word, which stays when the value opens.
std::size_t key_size(std::string_view part) {
  const std::size_t assign = part.find_first_of("=:");
  return assign == std::string_view::npos || assign == 0 || assign + 1 == part.size() ? 0 : assign + 1;
}

bool openable(std::string_view part) {
  if (!constant(part)) return false;
  const std::string_view varying = part.substr(key_size(part));
  bool small = false;
  for (const char c : varying) {
    const bool is_small = c >= 'a' && c <= 'z';
    small = small || is_small;
    const bool fits =
        is_small || (c >= 'A' && c <= 'Z') || std::string_view("_-$:.!?=").find(c) != std::string_view::npos;
    if (!fits) return false;
  }
  return small;
}

// Calls `visit(place, hash)` for each place that may open; stops when it returns false.
template <class Visit>
void each_place(Level level, std::string_view text, Visit&& visit) {
  const std::vector<std::string_view> parts = parts_of(text);
  if (std::ranges::count_if(parts, constant) <= static_cast<std::ptrdiff_t>(Miner::kKept)) return;
  for (std::size_t place = 0; place < parts.size(); ++place) {
    if (!openable(parts[place])) continue;
    std::uint64_t hash = fnv(name(level), kFnvBasis);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      hash = fnv(" ", hash);
      hash = i == place ? fnv("<?>", fnv(parts[i].substr(0, key_size(parts[i])), hash)) : fnv(parts[i], hash);
    }
    if (!visit(place, hash)) return;
  }
}

std::string with_open(std::string_view text, std::size_t place) {
  const std::vector<std::string_view> parts = parts_of(text);
  std::string opened;
  bool after_mask = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string part(parts[i]);
    if (i == place) part = part.substr(0, key_size(part)) + std::string(kMask);
    const bool mask = part == kMask;
    if (mask && after_mask) continue;
    if (!opened.empty()) opened += ' ';
    opened += part;
    after_mask = mask;
  }
  return opened;
}

}  // namespace

std::string hex(PatternId id) { return fmt::format("{:016x}", id); }

Miner::Miner(std::size_t max_patterns) : max_patterns_(max_patterns) {
  for (Slot slot = 0; slot < kLevels; ++slot)
    nodes_.push_back({kOther, static_cast<Level>(slot), slot, "other"});
}

PatternId Miner::add(Level level, std::string_view message, std::size_t header) {
  return nodes_[place(level, message, header)].id;
}

Miner::Slot Miner::place(Level level, std::string_view message, std::size_t header) {
  if (!merges_.empty()) merges_.clear();
  header = std::min(header, message.size());
  // A host and a tag may follow.
  const std::size_t matter =
      header == 0 ? syslog_header(message) : header + syslog_tag(message.substr(header));
  const std::uint64_t hash = hash_of(level, split_.split(message.substr(matter)));
  const Slot slot = seen_.find(hash);
  if (slot != FlatIndex::kNone) {
    if (live(slot)) return slot;
    seen_.set(hash, root(slot));
    return root(slot);
  }
  const Slot found = place_unseen(level, message, matter);
  seen_.set(hash, found);
  return found;
}

Miner::Slot Miner::place_unseen(Level level, std::string_view message, std::size_t matter) {
  // Masks with the header, which may end with the name of a secret, and beyond the part that is read, so that
  // no secret is cut.
  const std::string safe = mask_secrets(message.substr(0, matter + 2 * MaskedWords::kMaxBytes), matter);
  std::string text = base::repair_utf8(text_of(split_.split(safe)));
  const PatternId id = id_of(level, text);
  if (const auto known = by_id_.find(id); known != by_id_.end()) return root(known->second);
  if (const Slot opened = opened_by(level, text); opened != FlatIndex::kNone) return opened;
  if (full()) {
    overflowed_ = true;
    return static_cast<Slot>(level);
  }
  const Slot slot = create(level, std::move(text), id);
  watch(slot);
  return root(slot);
}

Miner::Slot Miner::root(Slot slot) const {
  while (nodes_[slot].parent != slot) slot = nodes_[slot].parent;
  return slot;
}

bool Miner::full() const {
  return live_ >= max_patterns_ || nodes_.size() >= kIdsPerPattern * max_patterns_ + kLevels;
}

Miner::Slot Miner::create(Level level, std::string words, PatternId id) {
  const Slot slot = slots();
  nodes_.push_back({id, level, slot, std::move(words)});
  by_id_.emplace(id, slot);
  ++live_;
  return slot;
}

Miner::Slot Miner::opened_by(Level level, std::string_view text) const {
  Slot found = FlatIndex::kNone;
  each_place(level, text, [&](std::size_t, std::uint64_t around) {
    const auto open = open_.find(around);
    if (open == open_.end()) return true;
    found = root(open->second);
    return false;
  });
  return found;
}

// Counts a new pattern at each of its places, and opens the first place with enough distinct patterns.
void Miner::watch(Slot slot) {
  const Level level = nodes_[slot].level;
  const std::string text = nodes_[slot].words;
  each_place(level, text, [&](std::size_t place, std::uint64_t around) {
    if (watched_.size() >= kWatchedPerPattern * max_patterns_) forget_idle();
    if (watched_.size() >= kWatchedPerPattern * max_patterns_) return false;
    std::vector<Slot>& members = watched_[around];
    std::erase_if(members, [&](Slot member) { return !live(member); });
    members.push_back(slot);
    if (members.size() < kDistinct) return true;
    const std::vector<Slot> enough = std::move(members);
    watched_.erase(around);
    open(around, level, with_open(text, place), enough);
    return false;
  });
}

void Miner::open(std::uint64_t around, Level level, std::string words, const std::vector<Slot>& members) {
  const PatternId id = id_of(level, words);
  const auto known = by_id_.find(id);
  const bool created = known == by_id_.end();
  const Slot into = created ? create(level, std::move(words), id) : root(known->second);
  open_[around] = into;
  for (const Slot member : members) merge(member, into);
  if (overflowed_) {  // there is room again for patterns that were refused
    seen_.clear();
    overflowed_ = false;
  }
  if (!created) return;
  if (const Slot wider = opened_by(level, nodes_[into].words); wider != FlatIndex::kNone) {
    merge(into, wider);
  } else {
    watch(into);
  }
}

void Miner::merge(Slot from, Slot into) {
  if (from == into) return;
  nodes_[from].parent = into;
  nodes_[from].words = std::string();
  merges_.push_back({from, into});
  --live_;
}

void Miner::forget_idle() {
  std::erase_if(watched_, [&](const auto& entry) {
    return std::ranges::none_of(entry.second, [&](Slot slot) { return live(slot); });
  });
}

PatternId Miner::resolve(PatternId id) const {
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? id : nodes_[root(known->second)].id;
}

std::string Miner::words(PatternId id) const {
  if (id == kOther) return nodes_.front().words;
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? "" : nodes_[root(known->second)].words;
}

std::vector<Miner::Saved> Miner::save() const {
  std::vector<Saved> saved(nodes_.size());
  for (Slot slot = 0; slot < slots(); ++slot) {
    const Node& node = nodes_[slot];
    if (live(slot)) {
      saved[slot].level = node.level;
      saved[slot].words = node.words;
    }
  }
  for (const auto& [id, slot] : by_id_) {
    if (!live(slot)) saved[root(slot)].merged.push_back(id);
  }
  for (const auto& [around, slot] : open_) saved[root(slot)].open.push_back(around);
  for (Saved& one : saved) {
    std::ranges::sort(one.merged);
    std::ranges::sort(one.open);
  }
  return saved;
}

Miner::Slot Miner::restore(const Saved& saved) {
  merges_.clear();
  const PatternId id = id_of(saved.level, saved.words);
  if (const auto known = by_id_.find(id); known != by_id_.end()) return root(known->second);
  if (full()) return static_cast<Slot>(saved.level);
  const Slot slot = create(saved.level, saved.words, id);
  for (const PatternId merged : saved.merged) {
    if (nodes_.size() >= kIdsPerPattern * max_patterns_ + kLevels || merged == kOther ||
        by_id_.contains(merged)) {
      continue;
    }
    by_id_.emplace(merged, slots());
    nodes_.push_back({merged, saved.level, slot, ""});
  }
  const std::size_t most = kWatchedPerPattern * max_patterns_;
  for (const std::uint64_t around : saved.open) {
    if (open_.size() < most) open_.emplace(around, slot);
  }
  watch(slot);
  return root(slot);
}

}  // namespace log_analysis
