#include "log_analysis/pattern_store.h"

#include <algorithm>
#include <array>

#include "log_analysis/pattern_state.h"
#include "log_analysis/redaction.h"

namespace log_analysis {

namespace {

constexpr std::size_t kMaxExample = 500;
constexpr auto kBetweenRooms = std::chrono::hours(1);
constexpr std::size_t kRoomShare = 10;

std::string example_of(std::string_view text) {
  return masked_excerpt(text.substr(0, text.find('\n')), kMaxExample);
}

}  // namespace

std::string_view name(Standing standing) {
  constexpr std::array<std::string_view, 5> kNames{"new", "regressed", "gone", "surging", "steady"};
  return kNames[static_cast<std::size_t>(standing)];
}

PatternStore::PatternStore() : PatternStore(Settings{}) {}
PatternStore::PatternStore(const Settings& settings) : state_(std::make_unique<State>(settings)) {}
PatternStore::~PatternStore() = default;
PatternStore::PatternStore(PatternStore&&) noexcept = default;
PatternStore& PatternStore::operator=(PatternStore&&) noexcept = default;

PatternId PatternStore::add(const Event& event) {
  State& state = *state_;
  Miner::Slot slot = state.miner.place(event.level, event.message, event.header);
  if (slot < kLevels && make_room(within_reach(event.at))) {
    slot = state.miner.place(event.level, event.message, event.header);
  }
  state.follow_merges();
  PatternRecord& record = state.record(slot);
  if (record.count == 0) {
    record.example = example_of(event.text);
    if (slot >= kLevels) ++state.new_patterns.at(static_cast<std::size_t>(event.level));
  }
  record.add(within_reach(event.at), state.settings);
  ++state.events;
  return state.miner.id(slot);
}

// Whether there is room afterwards.
bool PatternStore::make_room(base::WallTime now) {
  State& state = *state_;
  const Settings& settings = state.settings;
  if (!settings.makes_room || !state.miner.full()) return false;
  if (state.made_room != base::WallTime{} && std::chrono::abs(now - state.made_room) < kBetweenRooms)
    return false;
  state.made_room = now;
  std::vector<Miner::Slot> idle;
  for (Miner::Slot slot = kLevels; slot < state.records.size(); ++slot) {
    const PatternRecord& record = state.records[slot];
    const base::Duration silence = now - record.last_seen;
    const bool rare = record.count < settings.regular_events && silence >= settings.rare_after;
    if (record.count > 0 && (rare || silence >= settings.stale_after)) idle.push_back(slot);
  }
  std::ranges::stable_sort(idle, {}, [&](Miner::Slot slot) { return state.records[slot].last_seen; });
  idle.resize(std::min(idle.size(), settings.max_patterns / kRoomShare + 1));
  state.forget(idle);
  return !state.miner.full();
}

PatternId PatternStore::resolve(PatternId id) const { return state_->miner.resolve(id); }

std::vector<Pattern> PatternStore::all(base::WallTime now) const { return top(state_->records.size(), now); }

std::vector<Pattern> PatternStore::top(std::size_t n, base::WallTime now) const {
  const State& state = *state_;
  std::vector<Miner::Slot> slots;
  for (Miner::Slot slot = 0; slot < state.records.size(); ++slot) {
    if (state.records[slot].count > 0) slots.push_back(slot);
  }
  n = std::min(n, slots.size());
  const auto last = slots.begin() + static_cast<std::ptrdiff_t>(n);
  std::ranges::partial_sort(slots, last, [&](Miner::Slot one, Miner::Slot other) {
    if (state.records[one].count != state.records[other].count) {
      return state.records[one].count > state.records[other].count;
    }
    return state.miner.id(one) < state.miner.id(other);
  });
  slots.resize(n);
  std::vector<Pattern> patterns;
  patterns.reserve(slots.size());
  for (const Miner::Slot slot : slots) {
    const PatternRecord& record = state.records[slot];
    patterns.push_back({.id = state.miner.id(slot),
                        .level = state.miner.level(slot),
                        .words = state.miner.words_of(slot),
                        .count = record.count,
                        .first_seen = record.first_seen,
                        .last_seen = record.last_seen,
                        .hours = record.hours.all(),
                        .example = record.example,
                        .standing = record.standing(now, state.settings)});
  }
  return patterns;
}

std::uint64_t PatternStore::events() const { return state_->events; }
const std::array<std::uint64_t, kLevels>& PatternStore::new_patterns() const { return state_->new_patterns; }

}  // namespace log_analysis
