// Where notices survive the healer on their way to people.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "healer/notice.h"

namespace healer::notify {

// Thread-safe. Each call that changes something blocks for one fsync.
class Store {
 public:
  struct Row {
    std::uint64_t id = 0;
    std::string notifier;
    base::WallTime accepted_at{};
    Notice notice;
  };
  virtual ~Store() = default;

  // Durable on return, for all of `notifiers` or for none: their rows' ids, in that order. The notice's key
  // is kept, too.
  virtual base::Result<std::vector<std::uint64_t>> add(const Notice& notice, base::WallTime accepted_at,
                                                       std::span<const std::string> notifiers) = 0;
  // They need not be delivered any more.
  virtual base::Result<> remove(std::span<const std::uint64_t> ids) = 0;
  // They could not be delivered: kept apart for the operator to see, the newest thousand of them.
  virtual base::Result<> bury(std::span<const std::uint64_t> ids, base::WallTime at,
                              const std::string& error) = 0;
  // What is still to be delivered, in the order of adding. One that cannot be read is buried.
  virtual base::Result<std::vector<Row>> load() = 0;
  // When each key was last added, since then; older ones are forgotten.
  virtual base::Result<std::map<std::string, base::WallTime>> keys(base::WallTime since) = 0;
  virtual std::uint64_t errors_total() const = 0;
};

}  // namespace healer::notify
