#include "exporter/tail/recent_events.h"

#include <algorithm>
#include <utility>

#include "log_analysis/redaction.h"

namespace exporter::tail {
namespace {

constexpr std::size_t kOverhead = 64;  // bytes that an event takes in addition to its text

std::size_t size_of(const std::string& text) { return text.size() + kOverhead; }

}  // namespace

void RecentEvents::take(const std::string& source, const log_analysis::Event& event,
                        log_analysis::PatternId pattern) {
  // Masked before it is cut: half a secret would not be recognized.
  std::string text = log_analysis::mask_secrets(event.text);
  if (text.size() > kMaxText) text.resize(kMaxText);
  text.shrink_to_fit();

  std::lock_guard lock(mutex_);
  Ring& ring = rings_of(source).at(static_cast<std::size_t>(event.level));
  ring.bytes += size_of(text);
  bytes_ += size_of(text);
  ring.events.push_back({event.at, pattern, event.lines, std::move(text)});
  while (ring.events.size() > kMaxEvents || ring.bytes > kMaxRingBytes) drop_oldest(ring);
  while (bytes_ > kMaxBytes) drop_oldest(largest());
}

RecentEvents::Rings& RecentEvents::rings_of(const std::string& source) {
  const auto known = sources_.find(source);
  if (known != sources_.end()) return known->second;
  if (sources_.size() >= kMaxSources) {
    const auto newest = [](const auto& entry) {
      base::WallTime at = base::WallTime::min();
      for (const Ring& ring : entry.second) {
        if (!ring.events.empty()) at = std::max(at, ring.events.back().at);
      }
      return at;
    };
    const auto silent = std::ranges::min_element(sources_, {}, newest);
    for (const Ring& ring : silent->second) bytes_ -= ring.bytes;
    sources_.erase(silent);
  }
  return sources_[source];
}

void RecentEvents::drop_oldest(Ring& ring) {
  const std::size_t size = size_of(ring.events.front().text);
  ring.bytes -= size;
  bytes_ -= size;
  ring.events.pop_front();
}

RecentEvents::Ring& RecentEvents::largest() {
  Ring* largest = nullptr;
  for (auto& [source, rings] : sources_) {
    for (Ring& ring : rings) {
      if (largest == nullptr || ring.bytes > largest->bytes) largest = &ring;
    }
  }
  return *largest;
}

std::vector<RecentEvent> RecentEvents::find(const EventQuery& query) const {
  std::vector<RecentEvent> found;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [source, rings] : sources_) {
      if (query.source && source != *query.source) continue;
      for (std::size_t level = static_cast<std::size_t>(query.level); level < rings.size(); ++level) {
        for (const Kept& kept : rings.at(level).events) {
          if (kept.at < query.since) continue;
          found.push_back({kept.at, source, static_cast<log_analysis::Level>(level), kept.pattern, kept.lines,
                           kept.text});
        }
      }
    }
  }
  std::ranges::stable_sort(found, std::ranges::greater(), &RecentEvent::at);
  if (found.size() > query.limit) found.resize(query.limit);
  return found;
}

}  // namespace exporter::tail
