// What is known of the patterns of one source: how often each was seen, since when, and which of them are
// news.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "logs/fold.h"
#include "logs/hourly_counts.h"
#include "logs/level.h"
#include "logs/miner.h"

namespace logs {

// What a pattern's history says at a moment; the first that holds, in this order.
enum class Standing : std::uint8_t {
  fresh,      // new: its first event is less than Settings::new_for ago
  regressed,  // it was gone, and the event that ended its silence is less than new_for ago
  gone,  // at least regular_events events, and none for gone_after, nor for three times its longest silence
         // before
  surging,  // this hour has at least surge_events, and surge_factor times its mean hour of the seven days
            // before
  steady,   // none of these
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
  std::vector<HourCount> hours;  // of the last seven days, oldest first; an hour without events is left out
  std::string example;           // the first line of one event, its secrets masked, at most 500 bytes
  Standing standing = Standing::steady;
};

// One per source; one thread. Time is that of the events and of the caller; it is never asked for.
class PatternBook {
 public:
  struct Settings {
    std::size_t max_patterns = 1000;
    base::Duration new_for = std::chrono::hours(24);
    base::Duration gone_after = std::chrono::hours(24);
    std::uint64_t regular_events = 5;
    std::uint64_t surge_events = 20;
    double surge_factor = 5;
    // Beyond the bound: patterns without an event for stale_after, and those of fewer than regular_events
    // without one for rare_after, make room for new ones. Off: every id that was given out goes on to
    // resolve.
    bool makes_room = true;
    base::Duration stale_after = std::chrono::days(8);
    base::Duration rare_after = std::chrono::hours(1);
  };

  PatternBook();
  explicit PatternBook(const Settings& settings);
  ~PatternBook();
  PatternBook(PatternBook&&) noexcept;
  PatternBook& operator=(PatternBook&&) noexcept;

  // Mines and counts one event. What is older than the latest seen counts for its own hour. At the bound,
  // once an hour, up to a tenth of the patterns make room, those not seen for longest first: their events
  // count as kOther from then on, and one that comes back is new again.
  PatternId add(const Event& event);
  // The pattern that `id` is part of by now.
  PatternId resolve(PatternId id) const;

  // Every pattern, the most frequent first. The events beyond the bound are one pattern of id Miner::kOther
  // for each level that has any, so that the counts sum to the events added.
  std::vector<Pattern> all(base::WallTime now) const;
  // The first `n` of all().
  std::vector<Pattern> top(std::size_t n, base::WallTime now) const;

  std::uint64_t events() const;
  // How many patterns of each level were seen for the first time, ever; variants that turned out to be one
  // pattern count as seen. Only grows, over save() and load() too.
  const std::array<std::uint64_t, kLevels>& new_patterns() const;

  // Everything above as one line of JSON; load() of it goes on as if there had been no break, with the same
  // ids.
  std::string save() const;
  // An error says what is wrong with `text`; nothing in it crashes or grows beyond `settings`.
  static base::Result<PatternBook> load(std::string_view text, const Settings& settings);

 private:
  bool make_room(base::WallTime now);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace logs
