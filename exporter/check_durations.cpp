#include "exporter/check_durations.h"

namespace exporter {

void CheckDurations::put_subsystem(const std::string& subsystem, const std::string& check, Taken taken) {
  put(subsystems_, {subsystem, check}, taken);
}

void CheckDurations::put_container(const std::string& container, Taken taken) {
  put(containers_, {container, ""}, taken);
}

void CheckDurations::put(std::map<Key, Taken>& into, Key key, Taken taken) {
  std::lock_guard lock(mutex_);
  std::erase_if(into, [&](const auto& entry) { return taken.at - entry.second.at > entry.second.holds; });
  into.insert_or_assign(std::move(key), taken);
}

base::Duration CheckDurations::of(const std::string& subsystem, const std::string& container,
                                  base::MonoTime now) const {
  std::lock_guard lock(mutex_);
  const auto own = sum(subsystems_, subsystem, now);
  return container.empty() ? own : own + sum(containers_, container, now);
}

base::Duration CheckDurations::sum(const std::map<Key, Taken>& of, const std::string& owner,
                                   base::MonoTime now) {
  base::Duration sum{};
  for (auto entry = of.lower_bound({owner, ""}); entry != of.end() && entry->first.first == owner; ++entry) {
    if (now - entry->second.at <= entry->second.holds) sum += entry->second.length;
  }
  return sum;
}

}  // namespace exporter
