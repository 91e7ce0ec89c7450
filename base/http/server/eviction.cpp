#include "base/http/server/eviction.h"

#include <tuple>

namespace base::http {
namespace {

using State = Connection::State;

constexpr auto kGrace = std::chrono::milliseconds(20);
constexpr auto kStalled = std::chrono::seconds(1);

// A connection without a response so far is not idle: its first request is expected.
bool is_idle(const Occupant& occupant) { return occupant.state == State::kIdle && occupant.served; }

}  // namespace

std::optional<Evicted> evictable(const Occupant& occupant) {
  switch (occupant.state) {
    case State::kIdle:
      return occupant.served ? Evicted::kIdle : Evicted::kReceiving;
    case State::kReading:
    case State::kHeld:
      return Evicted::kReceiving;
    case State::kWriting:
    case State::kAwaiting:
    case State::kLingering:
      return Evicted::kSending;
    case State::kReady:
    case State::kHandling:
    case State::kClosed:
      break;
  }
  return std::nullopt;
}

bool goes_before(const Occupant& one, const Occupant& other) {
  const auto order = [](const Occupant& each) {
    return std::tuple(each.state != State::kLingering, -static_cast<std::ptrdiff_t>(each.of_peer),
                      !is_idle(each), each.since);
  };
  return order(one) < order(other);
}

bool has_had_its_time(const Connection& connection, MonoTime now) {
  const bool waits = connection.state() == State::kIdle && connection.served();
  return waits || connection.state() == State::kLingering || now - connection.since() >= kGrace;
}

bool stalled(const Connection& connection, MonoTime now) {
  const bool sends = connection.state() == State::kWriting || connection.state() == State::kAwaiting;
  return !sends || now - connection.since() >= kStalled;
}

}  // namespace base::http
