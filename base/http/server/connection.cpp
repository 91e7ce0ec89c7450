#include "base/http/server/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/http/server/answer.h"

namespace base::http {
namespace {

constexpr std::size_t kReceiveBytes = 64 * 1024;
constexpr auto kLinger = std::chrono::seconds(2);
// An announced length alone takes no memory: the buffer for a large body is reserved once this much has
// arrived.
constexpr std::size_t kBelieved = 256 * 1024;

// Frees the memory; an assignment would keep it while the connection is idle.
void give_back(std::string& bytes) { std::string().swap(bytes); }

}  // namespace

Connection::Connection(std::unique_ptr<Transport> transport, const Limits& limits, MonoTime now, bool gated)
    : transport_(std::move(transport)),
      limits_(limits),
      gated_(gated),
      deadline_(now + limits.request),
      since_(now) {}

bool Connection::receives() const {
  return state_ == State::kIdle || state_ == State::kReading || state_ == State::kLingering;
}

bool Connection::wants_read() const {
  return (receives() && !transport_->receive_waits_to_send()) ||
         (has_to_send() && transport_->send_waits_to_receive());
}

bool Connection::wants_write() const {
  return (has_to_send() && !transport_->send_waits_to_receive()) ||
         (receives() && transport_->receive_waits_to_send());
}

void Connection::on_readable(MonoTime now) {
  if (has_to_send() && transport_->send_waits_to_receive()) flush(now);
  if (receives()) receive(now);
}

void Connection::receive(MonoTime now) {
  if (state_ == State::kLingering) return drain();
  std::array<char, kReceiveBytes> buffer;
  const auto [status, bytes] = transport_->receive(buffer);
  if (status == Transport::Status::kAgain) return;
  if (status == Transport::Status::kClosed) {
    // An incomplete request is dropped.
    state_ = State::kClosed;
    return;
  }
  received_.append(buffer.data(), bytes);
  if (state_ == State::kIdle) {
    state_ = State::kReading;
    deadline_ = now + limits_.request;
    if (served_) since_ = now;
  }
  parse(now);
}

void Connection::on_writable(MonoTime now) {
  if (receives() && transport_->receive_waits_to_send()) receive(now);
  if (state_ != State::kClosed) flush(now);
}

void Connection::on_hangup() { state_ = State::kClosed; }

void Connection::on_deadline(MonoTime now) {
  if (state_ == State::kReading) {
    refuse({408, "the request took too long to arrive"}, now);
  } else if (state_ != State::kHandling && state_ != State::kReady && state_ != State::kHeld &&
             state_ != State::kAwaiting) {
    state_ = State::kClosed;
  }
}

void Connection::parse(MonoTime now) {
  if (!head_) {
    auto head = read_head(received_, limits_.header_bytes);
    if (!head) return refuse(head.error(), now);
    if (!*head) return;
    const std::size_t most = limits_.body_bytes_of(**head);
    if ((*head)->body_size > most)
      return refuse({413, fmt::format("the body is larger than {} bytes", most)}, now);
    head_ = std::move(**head);
    received_.erase(0, head_->size);
    if (gated_) {
      left_ = deadline_ - now;
      deadline_ = MonoTime::max();
      state_ = State::kHeld;
      return;
    }
  }
  read_body(now);
}

void Connection::proceed(MonoTime now) {
  deadline_ = now + left_;
  state_ = State::kReading;
  read_body(now);
}

void Connection::read_body(MonoTime now) {
  const std::size_t size = head_->body_size;
  if (received_.size() >= size) {
    state_ = State::kReady;
    return;
  }
  // Otherwise a growing string holds up to twice the body.
  const std::size_t room = received_.size() < kBelieved ? std::min(size, kBelieved) : size;
  if (received_.capacity() < room) received_.reserve(room + kReceiveBytes);
  if (head_->expects_continue && !continued_ && received_.empty()) {
    continued_ = true;
    to_send_ += "HTTP/1.1 100 Continue\r\n\r\n";
    flush(now);
  }
}

Arrived Connection::take(MonoTime now) {
  Arrived arrived{.head = std::move(*head_), .body = {}};
  head_.reset();
  continued_ = false;
  std::string rest = received_.substr(arrived.head.body_size);
  received_.resize(arrived.head.body_size);
  arrived.body = std::exchange(received_, std::move(rest));
  handled_bytes_ = arrived.body.size();
  close_after_ = close_after_ || !arrived.head.keep_alive;
  left_ = deadline_ - now;
  deadline_ = MonoTime::max();
  state_ = State::kHandling;
  return arrived;
}

void Connection::answer(std::string bytes, MonoTime now, bool more) {
  handled_bytes_ = 0;
  to_send_.erase(0, sent_);
  sent_ = 0;
  if (to_send_.empty()) {
    to_send_ = std::move(bytes);
  } else {
    to_send_ += bytes;
  }
  more_ = more;
  deadline_ = now + left_;
  since_ = now;
  state_ = State::kWriting;
  flush(now);
}

void Connection::add(std::string bytes, MonoTime now, bool more) {
  to_send_ = std::move(bytes);
  sent_ = 0;
  more_ = more;
  deadline_ = now + limits_.request;
  state_ = State::kWriting;
  flush(now);
}

void Connection::refuse(const Refusal& refusal, MonoTime now) {
  give_back(received_);
  handled_bytes_ = 0;
  head_.reset();
  to_send_ += refusal_answer(refusal);
  more_ = false;
  close_after_ = true;
  refused_ = true;
  since_ = now;
  deadline_ = now + kLinger;
  state_ = State::kWriting;
  flush(now);
}

void Connection::wind_down() {
  close_after_ = true;
  if (state_ == State::kIdle || state_ == State::kReading || state_ == State::kHeld ||
      state_ == State::kLingering)
    state_ = State::kClosed;
}

void Connection::flush(MonoTime now) {
  while (has_to_send()) {
    const auto [status, bytes] = transport_->send(std::string_view(to_send_).substr(sent_));
    if (status == Transport::Status::kAgain) return;
    if (status == Transport::Status::kClosed) {
      state_ = State::kClosed;
      return;
    }
    sent_ += bytes;
    if (state_ == State::kWriting) since_ = now;
  }
  give_back(to_send_);
  sent_ = 0;
  if (state_ == State::kWriting) after_answer(now);
}

void Connection::after_answer(MonoTime now) {
  if (more_) {
    // No deadline: the next piece is being read, which does not depend on the peer.
    state_ = State::kAwaiting;
    deadline_ = MonoTime::max();
    return;
  }
  served_ = true;
  if (close_after_) {
    transport_->finish();
    state_ = refused_ ? State::kLingering : State::kClosed;
    return;
  }
  since_ = now;
  if (received_.empty()) {
    state_ = State::kIdle;
    deadline_ = now + limits_.idle;
  } else {
    // The next request has already arrived (pipelining).
    state_ = State::kReading;
    deadline_ = now + limits_.request;
    parse(now);
  }
}

void Connection::drain() {
  std::array<char, kReceiveBytes> buffer;
  const auto [status, bytes] = transport_->receive(buffer);
  if (status == Transport::Status::kClosed) state_ = State::kClosed;
}

}  // namespace base::http
