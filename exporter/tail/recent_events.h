// The newest events of every source, in bounded memory, for incident and weekly reports.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

struct RecentEvent {
  base::WallTime at{};
  std::string source;
  log_analysis::Level level = log_analysis::Level::info;
  log_analysis::PatternId pattern = 0;
  unsigned lines = 0;
  std::string text;  // with secrets masked; at most RecentEvents::kMaxText bytes
};

struct EventQuery {
  std::optional<std::string> source;
  log_analysis::Level level = log_analysis::Level::info;  // and worse
  base::WallTime since = base::WallTime::min();
  std::size_t limit = 100;
};

// Thread-safe. Each level of a source has its own ring, so that many harmless events do not push out an
// important one. A new source beyond kMaxSources replaces the one that has been silent for longest. When all
// rings together are too large, the largest drops its oldest events.
class RecentEvents final : public EventSink {
 public:
  static constexpr std::size_t kMaxText = 4 * 1024;
  static constexpr std::size_t kMaxEvents = 200;             // a ring
  static constexpr std::size_t kMaxRingBytes = 128 * 1024;   // of text
  static constexpr std::size_t kMaxBytes = 8 * 1024 * 1024;  // of all rings
  static constexpr std::size_t kMaxSources = 300;  // containers with new names may appear without end

  void take(const std::string& source, const log_analysis::Event& event,
            log_analysis::PatternId pattern) override;
  // The newest events that match, newest first.
  std::vector<RecentEvent> find(const EventQuery& query) const;

 private:
  struct Kept {
    base::WallTime at;
    log_analysis::PatternId pattern;
    unsigned lines;
    std::string text;
  };
  struct Ring {
    std::deque<Kept> events;
    std::size_t bytes = 0;
  };
  using Rings = std::array<Ring, log_analysis::kLevels>;

  Rings& rings_of(const std::string& source);
  void drop_oldest(Ring& ring);
  Ring& largest();

  mutable std::mutex mutex_;
  std::map<std::string, Rings, std::less<>> sources_;
  std::size_t bytes_ = 0;
};

}  // namespace exporter::tail
