#include "exporter/probes/probe_status.h"

#include <utility>

namespace exporter::probes {

ProbeStatus::Generation ProbeStatus::take_over(const std::vector<Owner>& owners) {
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

std::optional<Observation> ProbeStatus::seen(const std::string& probe) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(probe);
  return found == entries_.end() ? std::nullopt : found->second.seen;
}

void ProbeStatus::put(Generation generation, const std::string& probe, const Observation& seen) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(probe);
  if (generation == generation_ && found != entries_.end()) found->second.seen = seen;
}

void ProbeStatus::leave(Generation generation) {
  std::lock_guard lock(mutex_);
  if (generation == generation_) entries_.clear();
}

std::vector<Line> ProbeStatus::lines() const {
  std::lock_guard lock(mutex_);
  std::vector<Line> lines;
  for (const auto& [name, entry] : entries_) lines.push_back({name, entry.kind, entry.seen});
  return lines;
}

}  // namespace exporter::probes
