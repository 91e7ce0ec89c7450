// Which connection is closed when a server has reached its limit of connections or buffered bytes. Pure.
//
// First one that only waits for its peer to read a refusal. Then one of the peer with the most connections:
// the one that has been idle longest or, when none is idle, the one whose request or response has been
// unfinished longest. A connection whose request is being handled is never closed, so fewer requests must be
// handled at once than connections are allowed.
#pragma once

#include <cstddef>
#include <optional>

#include "base/http/server/connection.h"
#include "base/http/server/counts.h"
#include "base/os/clock.h"

namespace base::http {

struct Occupant {
  Connection::State state = Connection::State::kIdle;
  bool served = false;      // it has received a response before
  MonoTime since;           // the earliest is closed first
  std::size_t of_peer = 1;  // connections from the same address
};

// nullopt: not evictable.
std::optional<Evicted> evictable(const Occupant& occupant);
// Whether `one` is closed before `other`; both are evictable.
bool goes_before(const Occupant& one, const Occupant& other);

// Whether the loop has had time to read what a new connection sent. Before that it is not closed, however
// many connections follow.
bool has_had_its_time(const Connection& connection, MonoTime now);
// False for a response of which the peer receives some bytes every second.
bool stalled(const Connection& connection, MonoTime now);

}  // namespace base::http
