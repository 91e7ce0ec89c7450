#include "exporter/probes/board.h"

#include <utility>

namespace exporter::probes {

Board::Generation Board::take_over(const std::vector<Owner>& owners) {
  std::lock_guard lock(mutex_);
  const auto before = std::exchange(entries_, {});
  for (const Owner& owner : owners) {
    Entry entry{.kind = owner.kind, .text = owner.text, .seen = {}};
    const auto known = before.find(owner.probe);
    if (known != before.end() && known->second.text == owner.text) entry.seen = known->second.seen;
    entries_.emplace(owner.probe, std::move(entry));
  }
  return ++generation_;
}

std::optional<Seen> Board::seen(const std::string& probe) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(probe);
  return found == entries_.end() ? std::nullopt : found->second.seen;
}

void Board::put(Generation generation, const std::string& probe, const Seen& seen) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(probe);
  if (generation == generation_ && found != entries_.end()) found->second.seen = seen;
}

void Board::leave(Generation generation) {
  std::lock_guard lock(mutex_);
  if (generation == generation_) entries_.clear();
}

std::vector<Line> Board::lines() const {
  std::lock_guard lock(mutex_);
  std::vector<Line> lines;
  for (const auto& [name, entry] : entries_) lines.push_back({name, entry.kind, entry.seen});
  return lines;
}

}  // namespace exporter::probes
