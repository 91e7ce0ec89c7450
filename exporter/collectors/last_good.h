// The last good facts of several things, for as long as they may be shown. When one of many mounts or
// containers hangs, its last good facts are shown for three intervals, as those of a whole collector are.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/os/clock.h"

namespace exporter::collectors {

// Not thread-safe.
template <class Fact>
class LastGood {
 public:
  // How long a fact may be shown.
  explicit LastGood(base::Duration holds) : holds_(holds) {}

  void saw(const std::string& name, Fact fact, base::MonoTime at) {
    known_.insert_or_assign(name, std::pair(at, std::move(fact)));
  }
  // Null when there are no facts, or when they are too old. Valid until the next non-const call.
  const Fact* of(const std::string& name, base::MonoTime now) const {
    const auto found = known_.find(name);
    return found != known_.end() && now - found->second.first <= holds_ ? &found->second.second : nullptr;
  }
  // Forgets all others.
  void keep(const std::set<std::string>& names) {
    std::erase_if(known_, [&](const auto& entry) { return !names.contains(entry.first); });
  }

 private:
  base::Duration holds_;
  std::map<std::string, std::pair<base::MonoTime, Fact>> known_;
};

}  // namespace exporter::collectors
