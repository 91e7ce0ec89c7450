// Operator commands that wait for their answer. The API posts a command with a ticket, the decider answers
// the ticket.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer {

// Thread-safe.
class PendingReplies {
 public:
  std::uint64_t issue();
  // Ignored for a ticket that is no longer waited for.
  void answer(std::uint64_t ticket, const base::Result<>& result);
  // Blocks; nullopt when no answer came in time. The ticket is removed in either case.
  std::optional<base::Result<>> wait(std::uint64_t ticket, base::Duration patience);

 private:
  std::mutex mutex_;
  std::condition_variable answered_;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, std::optional<base::Result<>>> open_;
};

}  // namespace healer
