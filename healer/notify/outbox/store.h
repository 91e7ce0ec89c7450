// Persistent storage of undelivered notices.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/notice.h"

namespace healer::notify {

// Thread-safe. Each call that writes blocks for one fsync.
class Store {
 public:
  struct Row {
    std::uint64_t id = 0;
    std::string notifier;
    base::WallTime accepted_at{};
    Notice notice;
  };
  virtual ~Store() = default;

  // Durable on return, for all of `notifiers` or for none. Returns the rows' ids in the order of `notifiers`.
  // Also stores the notice's key.
  virtual base::Result<std::vector<std::uint64_t>> add(const Notice& notice, base::WallTime accepted_at,
                                                       std::span<const std::string> notifiers) = 0;
  // Removes notices that need no delivery any more.
  virtual base::Result<> remove(std::span<const std::uint64_t> ids) = 0;
  // Moves undeliverable notices to the dead letters, of which the newest thousand are kept.
  virtual base::Result<> bury(std::span<const std::uint64_t> ids, base::WallTime at,
                              const std::string& error) = 0;
  // The undelivered notices, in the order of adding. Unreadable ones become dead letters.
  virtual base::Result<std::vector<Row>> load() = 0;
  // When each key was last added, not before `since`; older keys are deleted.
  virtual base::Result<std::map<std::string, base::WallTime>> keys(base::WallTime since) = 0;
  virtual std::uint64_t errors_total() const = 0;
};

}  // namespace healer::notify
