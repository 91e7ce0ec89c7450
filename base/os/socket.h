// Stream sockets, TCP and Unix: opening, accepting, waiting.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace base {

// errno as the end of an error message: "connection refused".
std::string errno_text(int error);

// A bound, listening, non-blocking socket. A stale Unix socket file, without a listener, is replaced; the new
// one has mode 0660. An error says what failed and why: "listen on 127.0.0.1:9870: address already in use".
Result<Descriptor> listen_on(const Endpoint& endpoint);
// The TCP port a socket is bound to; 0 for a Unix socket.
int bound_port(const Descriptor& socket);
// The peer's address without its port; "unix" for a Unix socket.
std::string peer_address(const Descriptor& socket);

// Interrupts a wait: a descriptor that becomes readable at notify().
class Waker {
 public:
  Waker();
  int fd() const { return event_.get(); }
  void notify() const;
  void clear() const;

 private:
  Descriptor event_;
};

// How long a caller waits for its peer: a deadline, a stop request, or both.
class WaitLimit {
 public:
  // Waits until the deadline.
  explicit WaitLimit(Deadline deadline) : deadline_(deadline) {}
  // Waits until the deadline or a stop request, which ends a wait at once.
  WaitLimit(Deadline deadline, std::stop_token stop);

  // Removes the deadline: only a stop request ends a wait.
  void forget_deadline() { unlimited_ = true; }
  enum class Outcome { kReady, kTimedOut, kStopped };
  // Waits for POLLIN or POLLOUT on `fd`.
  Outcome wait(int fd, short events);
  // Whether waiting is over; sets the last outcome.
  bool over();
  Outcome last() const { return last_; }
  Deadline deadline() const { return deadline_; }

 private:
  Deadline deadline_;
  bool unlimited_ = false;
  Outcome last_ = Outcome::kReady;
  std::stop_token stop_;
  Waker waker_;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

// A connected, non-blocking socket with TCP_NODELAY. Resolving a name is not bounded by `patience`, only by
// the system's resolver. The error is only the reason: "connection refused".
Result<Descriptor> connect_to(const Endpoint& endpoint, WaitLimit& patience);

}  // namespace base
