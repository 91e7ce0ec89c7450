// The patterns of one source with their history: how often and since when each was seen, and which are new.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "log_analysis/hourly_counts.h"
#include "log_analysis/level.h"
#include "log_analysis/miner.h"
#include "log_analysis/multiline.h"

namespace log_analysis {

// The status of a pattern at a given time: the first that applies, in this order.
enum class Standing : std::uint8_t {
  fresh,      // new: its first event is less than Settings::new_for ago
  regressed,  // it was gone and came back less than new_for ago
  gone,       // at least regular_events events, none for gone_after and for three times its longest earlier
              // silence
  surging,    // this hour has at least surge_events, and surge_factor times its mean hour of the seven days
              // before
  steady,     // none of these
};
// "new", "regressed", "gone", "surging", "steady": as in JSON and in labels.
std::string_view name(Standing standing);

struct Pattern {
  PatternId id = Miner::kOther;
  Level level = Level::info;
  std::string words;  // <*> where they vary
  std::uint64_t count = 0;
  base::WallTime first_seen{};
  base::WallTime last_seen{};
  std::vector<HourCount> hours;  // of the last seven days, oldest first; hours without events are omitted
  std::string example;           // the first line of one event, secrets masked, at most 500 bytes
  Standing standing = Standing::steady;
};

// One for each source. Not thread-safe. Uses the times of events and of the caller, never a clock.
class PatternStore {
 public:
  struct Settings {
    std::size_t max_patterns = 1000;
    base::Duration new_for = std::chrono::hours(24);
    base::Duration gone_after = std::chrono::hours(24);
    std::uint64_t regular_events = 5;
    std::uint64_t surge_events = 20;
    double surge_factor = 5;
    // At the limit, patterns without an event for stale_after, and those with fewer than regular_events
    // events and none for rare_after, are removed for new ones. Off: every id stays resolvable.
    bool makes_room = true;
    base::Duration stale_after = std::chrono::days(8);
    base::Duration rare_after = std::chrono::hours(1);
  };

  PatternStore();
  explicit PatternStore(const Settings& settings);
  ~PatternStore();
  PatternStore(PatternStore&&) noexcept;
  PatternStore& operator=(PatternStore&&) noexcept;

  // Mines and counts one event. An event older than the latest one counts for its own hour. At the limit,
  // once an hour, up to a tenth of the patterns are removed, least recently seen first: their events count as
  // kOther, and a pattern that comes back is new again.
  PatternId add(const Event& event);
  // The current pattern of `id`.
  PatternId resolve(PatternId id) const;

  // All patterns, most frequent first. Events beyond the limit are one pattern with the id Miner::kOther for
  // each level that has any, so that the counts sum to the events added.
  std::vector<Pattern> all(base::WallTime now) const;
  // The first `n` of all().
  std::vector<Pattern> top(std::size_t n, base::WallTime now) const;

  std::uint64_t events() const;
  // Total number of new patterns of each level; variants that merged later keep their count. Never decreases,
  // also across save() and load().
  const std::array<std::uint64_t, kLevels>& new_patterns() const;

  // The whole state as one line of JSON; load() continues from it with the same ids.
  std::string save() const;
  // Safe for untrusted `text`: it never crashes or exceeds `settings`. An error says what is wrong.
  static base::Result<PatternStore> load(std::string_view text, const Settings& settings);

 private:
  bool make_room(base::WallTime now);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace log_analysis
