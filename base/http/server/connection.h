// One connection to the server: its bytes, state and deadlines. Independent of threads and polling.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/http/head.h"
#include "base/http/server/limits.h"
#include "base/os/clock.h"

namespace base::http {

// Transfers bytes. Never blocks. TLS is a second implementation.
class Transport {
 public:
  enum class Status { kDone, kAgain, kClosed };  // kClosed: closed by the peer, or an error
  struct Result {
    Status status = Status::kDone;
    std::size_t bytes = 0;  // transferred, when kDone
  };
  virtual ~Transport() = default;
  virtual Result receive(std::span<char> to) = 0;
  virtual Result send(std::string_view from) = 0;
  // Shuts down sending; receiving continues.
  virtual void finish() = 0;
  // Whether the last receive() returned kAgain because it must send first, and the last send() because it
  // must receive first.
  virtual bool receive_waits_to_send() const { return false; }
  virtual bool send_waits_to_receive() const { return false; }
};

// A complete request.
struct Arrived {
  Head head;
  std::string body;
};

class Connection {
 public:
  // idle → reading → ready → handling → writing → idle; after a refusal writing → lingering → closed. A gated
  // connection is held after each head; a streamed response alternates between writing and awaiting.
  enum class State {
    kIdle,       // between requests
    kReading,    // part of a request has arrived
    kHeld,       // the head is complete; proceed() continues
    kReady,      // the request is complete; take() returns it
    kHandling,   // waiting for the response
    kWriting,    // the response is being sent
    kAwaiting,   // a piece is sent; add() provides the next one
    kLingering,  // input is discarded so that the peer can read the response
    kClosed,
  };

  // `gated`: no body is read before proceed().
  Connection(std::unique_ptr<Transport> transport, const Limits& limits, MonoTime now, bool gated = false);

  // Call when the transport is readable or writable, or has failed.
  void on_readable(MonoTime now);
  void on_writable(MonoTime now);
  void on_hangup();
  // Call once deadline() has passed.
  void on_deadline(MonoTime now);

  // Only when held. The time it was held does not count against the client's deadline.
  const Head& head() const { return *head_; }
  void proceed(MonoTime now);
  // Only when ready.
  Arrived take(MonoTime now);
  // Only when handling; `bytes` is the whole response, or its beginning when `more` is set.
  void answer(std::string bytes, MonoTime now, bool more = false);
  // Only when awaiting: the next piece.
  void add(std::string bytes, MonoTime now, bool more);
  void refuse(const Refusal& refusal, MonoTime now);
  // Reads no further request: closes at once when idle or reading, else after the response.
  void wind_down();

  State state() const { return state_; }
  bool wants_read() const;
  bool wants_write() const;
  // The current deadline; MonoTime::max() when held or handling.
  MonoTime deadline() const { return deadline_; }
  // Idle: when that began. Receiving: when the request (or the connection, for its first one) began. Sending:
  // when the peer last received data.
  MonoTime since() const { return since_; }
  // It has received a response before.
  bool served() const { return served_; }
  // Memory held for bytes received or to be sent.
  std::size_t buffered() const { return received_.size() + (to_send_.size() - sent_) + handled_bytes_; }

 private:
  bool receives() const;
  bool has_to_send() const { return sent_ < to_send_.size(); }
  void receive(MonoTime now);
  void parse(MonoTime now);
  void read_body(MonoTime now);
  void flush(MonoTime now);
  void after_answer(MonoTime now);
  void drain();

  std::unique_ptr<Transport> transport_;
  const Limits& limits_;
  const bool gated_;
  State state_ = State::kIdle;
  MonoTime deadline_;
  MonoTime since_;
  Duration left_{};  // time left for the request, kept while it is held or handled
  std::string received_;
  std::string to_send_;
  std::size_t sent_ = 0;
  std::size_t handled_bytes_ = 0;
  std::optional<Head> head_;
  bool continued_ = false;  // 100 has been sent
  bool more_ = false;       // more of the response follows to_send_
  bool close_after_ = false;
  bool refused_ = false;
  bool served_ = false;
};

}  // namespace base::http
