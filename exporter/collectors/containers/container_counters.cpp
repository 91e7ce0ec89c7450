#include "exporter/collectors/containers/container_counters.h"

#include <algorithm>

namespace exporter::collectors {

void ContainerCounters::connected(base::WallTime at) {
  std::lock_guard lock(mutex_);
  connected_ = at;
}

void ContainerCounters::disconnected() {
  std::lock_guard lock(mutex_);
  connected_.reset();
}

void ContainerCounters::apply(const base::docker::Event& event) {
  std::lock_guard lock(mutex_);
  if (event.action == "destroy") {
    known_.erase(event.id);
  } else if (event.action == "start") {
    Known& known = known_[event.id];
    if (event.time <= known.starts_until) return;  // received from two streams during a takeover
    if (known.started_before) {
      ++counts_[event.name].restarts;
      ++known.starts_since;
    }
    known.started_before = true;
    known.starts_until = event.time;
  } else if (event.action == "die" || event.action == "oom") {
    Known& known = known_[event.id];
    if (event.time <= known.ends_until) return;
    known.started_before = true;
    known.ends_until = event.time;
    if (event.action == "oom") ++counts_[event.name].oom_kills;
  }
}

void ContainerCounters::look(const std::vector<base::docker::Container>& containers,
                             const std::set<std::string>& keep) {
  std::lock_guard lock(mutex_);
  std::set<std::string> ids;
  std::set<std::string> names = keep;
  for (const auto& container : containers) {
    ids.insert(container.id);
    names.insert(container.name);
    if (!connected_) continue;
    const bool first_look = !known_.contains(container.id);
    Known& known = known_[container.id];
    make_up_ooms(known, container, first_look);
    make_up_starts(known, container);
  }
  std::erase_if(known_, [&](const auto& entry) { return !ids.contains(entry.first); });
  std::erase_if(counts_, [&](const auto& entry) { return !names.contains(entry.first); });
}

void ContainerCounters::make_up_starts(Known& known, const base::docker::Container& container) {
  if (!container.started) return;
  if (*container.started > known.starts_until) {
    // The stream was already connected and delivers this start; counting it here would double it.
    if (*container.started >= *connected_) return;
    if (known.started_before) {
      const auto missed = container.restart_count - known.restart_count - known.starts_since;
      counts_[container.name].restarts += static_cast<std::uint64_t>(std::max<std::int64_t>(1, missed));
    }
    known.started_before = true;
    known.starts_until = *container.started;
  }
  known.restart_count = container.restart_count;
  known.starts_since = 0;
}

void ContainerCounters::make_up_ooms(Known& known, const base::docker::Container& container,
                                     bool first_look) {
  if (!container.finished || *container.finished <= known.ends_until) return;
  if (*container.finished >= *connected_) return;
  if (container.oom_killed && !first_look) ++counts_[container.name].oom_kills;
  known.ends_until = *container.finished;
}

ContainerCounters::Counts ContainerCounters::of(const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto found = counts_.find(name);
  return found == counts_.end() ? Counts{} : found->second;
}

}  // namespace exporter::collectors
