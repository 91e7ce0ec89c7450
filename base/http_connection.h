// One connection to the server: its bytes, its state and its deadlines. Knows no thread and no poller.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/http_head.h"
#include "base/http_limits.h"

namespace base::http {

// How bytes travel. Never blocks. TLS is another implementation of it.
class Transport {
 public:
  enum class Status { kDone, kAgain, kClosed };  // kClosed: the peer's end, or an error
  struct Result {
    Status status = Status::kDone;
    std::size_t bytes = 0;  // moved, when kDone
  };
  virtual ~Transport() = default;
  virtual Result receive(std::span<char> to) = 0;
  virtual Result send(std::string_view from) = 0;
  // Nothing more is sent; receiving goes on.
  virtual void finish() = 0;
  // Whether the last receive() said kAgain because something must be sent first, and the last send() because
  // something must be received first.
  virtual bool receive_waits_to_send() const { return false; }
  virtual bool send_waits_to_receive() const { return false; }
};

// A request that has arrived in whole.
struct Arrived {
  Head head;
  std::string body;
};

class Connection {
 public:
  // idle → reading → ready → handling → writing → idle; after a refusal writing → lingering → closed. A gated
  // one is held after each head; one whose answer is streamed goes from writing to awaiting and back.
  enum class State {
    kIdle,       // between requests
    kReading,    // a request has begun
    kHeld,       // its head is complete: proceed() reads on
    kReady,      // it is complete: take() it
    kHandling,   // its answer is awaited
    kWriting,    // the answer is being sent
    kAwaiting,   // what there was of the answer is sent: add() the next piece
    kLingering,  // what still comes is thrown away, so that the peer gets to read the answer
    kClosed,
  };

  // `gated`: no body is read before proceed().
  Connection(std::unique_ptr<Transport> transport, const Limits& limits, MonoTime now, bool gated = false);

  // The transport can be read or written, or has failed.
  void on_readable(MonoTime now);
  void on_writable(MonoTime now);
  void on_hangup();
  // Call once deadline() has passed.
  void on_deadline(MonoTime now);

  // Only when held. The time it was held is not the client's.
  const Head& head() const { return *head_; }
  void proceed(MonoTime now);
  // Only when ready.
  Arrived take(MonoTime now);
  // Only when handling; `bytes` is a whole answer, or its beginning when there is `more`.
  void answer(std::string bytes, MonoTime now, bool more = false);
  // Only when awaiting: the next piece.
  void add(std::string bytes, MonoTime now, bool more);
  void refuse(const Refusal& refusal, MonoTime now);
  // No further request is read: closed at once when idle or reading, else after the answer.
  void wind_down();

  State state() const { return state_; }
  bool wants_read() const;
  bool wants_write() const;
  // When something must have happened; the end of time when held or handling.
  MonoTime deadline() const { return deadline_; }
  // Idle: since when. Receiving: when the request, or a connection's first one, began. Sending: when the peer
  // last took something.
  MonoTime since() const { return since_; }
  // It has had an answer before.
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
  Duration left_{};  // of the request's time, while it is held or handled
  std::string received_;
  std::string to_send_;
  std::size_t sent_ = 0;
  std::size_t handled_bytes_ = 0;
  std::optional<Head> head_;
  bool continued_ = false;  // 100 has been sent
  bool more_ = false;       // the answer goes on after to_send_
  bool close_after_ = false;
  bool refused_ = false;
  bool served_ = false;
};

}  // namespace base::http
