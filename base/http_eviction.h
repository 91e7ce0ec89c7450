// Which connection makes room when a server has as many as it may have, or holds as many bytes. Pure.
//
// First what only waits for its peer to read a refusal. Then a connection of the peer that has the most of
// them: the one that has been idle longest or, when none is idle, the one whose request or answer has been
// unfinished longest. One whose request is being handled is never closed, so those that are handled must be
// fewer than the connections a server may have.
#pragma once

#include <cstddef>
#include <optional>

#include "base/clock.h"
#include "base/http_connection.h"
#include "base/http_counts.h"

namespace base::http {

struct Occupant {
  Connection::State state = Connection::State::kIdle;
  bool served = false;      // it has had an answer before
  MonoTime since;           // the longer ago, the sooner it goes
  std::size_t of_peer = 1;  // connections from the same address
};

// nullopt: it stays.
std::optional<Evicted> evictable(const Occupant& occupant);
// Of two that are evictable.
bool goes_before(const Occupant& one, const Occupant& other);

// Whether the loop could read what a new connection has sent: before that it makes no room, however many come
// after it.
bool has_had_its_time(const Connection& connection, MonoTime now);
// False for an answer of which the peer takes something every second.
bool stalled(const Connection& connection, MonoTime now);

}  // namespace base::http
