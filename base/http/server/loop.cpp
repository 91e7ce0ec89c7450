#include "base/http/server/loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "base/log.h"

namespace base::http {
namespace {

using State = Connection::State;

constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kWaker = 1;
constexpr std::uint64_t kFirstClient = 2;
constexpr int kAcceptAtOnce = 64;
// Connections accepted while there is no room; further ones wait in the kernel's queue.
constexpr std::size_t kMostWaiting = 64;
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr auto kLogAcceptEvery = std::chrono::minutes(1);
constexpr auto kStopWithin = std::chrono::seconds(2);
// Only connections with at least this many buffered bytes are closed to free memory.
constexpr std::size_t kMuch = 64 * 1024;
// Requests and responses up to this size are always accepted.
constexpr std::size_t kLittle = 16 * 1024;
constexpr auto kLookForRoomEvery = std::chrono::milliseconds(5);

class SocketTransport final : public Transport {
 public:
  explicit SocketTransport(int socket) : socket_(socket) {}

  Result receive(std::span<char> to) override {
    return result(::recv(socket_, to.data(), to.size(), 0), true);
  }
  Result send(std::string_view from) override {
    return result(::send(socket_, from.data(), from.size(), MSG_NOSIGNAL), false);
  }
  void finish() override { ::shutdown(socket_, SHUT_WR); }

 private:
  static Result result(ssize_t bytes, bool zero_is_end) {
    if (bytes > 0 || (bytes == 0 && !zero_is_end)) {
      return {.status = Status::kDone, .bytes = static_cast<std::size_t>(bytes)};
    }
    if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return {.status = Status::kAgain};
    return {.status = Status::kClosed};
  }

  int socket_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(int socket) { return std::make_unique<SocketTransport>(socket); }

EventLoop::EventLoop(const Limits& limits, const Clock& clock, Descriptor listener, Hooks hooks)
    : limits_(limits),
      clock_(clock),
      hooks_(std::move(hooks)),
      listener_(std::move(listener)),
      poller_(epoll_create1(EPOLL_CLOEXEC)),
      next_key_(kFirstClient) {
  watch_listener(true);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kWaker}};
  epoll_ctl(poller_.get(), EPOLL_CTL_ADD, waker_.fd(), &event);
}

template <class What>
void EventLoop::guarded(std::uint64_t key, const What& what) {
  try {
    what();
  } catch (const std::exception&) {
    // Most likely out of memory, so nothing is logged, which would allocate. Other connections continue.
    if (const auto client = clients_.find(key); client != clients_.end()) clients_.remove(client);
  }
}

void EventLoop::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count =
        epoll_wait(poller_.get(), events.data(), events.size(), milliseconds_to_wait(clock_.now().mono));
    const MonoTime now = clock_.now().mono;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t key = events[i].data.u64;
      if (key == kListener) {
        accept_some(now);
      } else if (key == kWaker) {
        waker_.clear();
      } else {
        guarded(key, [&] { handle(key, events[i].events, now); });
      }
    }
    if (stop_requested_ && !stopping_) begin_stop(now);
    deliver_all(now);
    expire(now);
    let_in(now);
    if (stopping_ && (clients_.empty() || now >= stop_by_)) return;
  }
}

void EventLoop::post(Delivery delivery) {
  {
    const std::lock_guard lock(mutex_);
    deliveries_.push_back(std::move(delivery));
  }
  waker_.notify();
}

void EventLoop::answer(std::uint64_t connection, std::string bytes, std::shared_ptr<BodyStream> stream) {
  post({Delivery::Kind::kAnswer, connection, std::move(bytes), std::move(stream)});
}

void EventLoop::add_piece(std::uint64_t connection, std::optional<std::string> piece) {
  const auto kind = piece ? Delivery::Kind::kPiece : Delivery::Kind::kNoPiece;
  post({kind, connection, piece ? std::move(*piece) : std::string(), nullptr});
}

void EventLoop::proceed(std::uint64_t connection) {
  post({Delivery::Kind::kProceed, connection, {}, nullptr});
}

void EventLoop::stop() {
  stop_requested_ = true;
  waker_.notify();
}

ServerCounts EventLoop::counts() const {
  ServerCounts counts{.overloaded = overloaded_};
  std::ranges::copy(evicted_, counts.evicted.begin());
  return counts;
}

void EventLoop::accept_some(MonoTime now) {
  for (int i = 0; i < kAcceptAtOnce && waiting_.size() < kMostWaiting; ++i) {
    Descriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.open()) {
      guarded(kListener, [&] { waiting_.push_back(std::move(socket)); });
      let_in(now);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    // The kernel reserves a descriptor before it looks for a connection. So "too many open files" means a
    // waiting connection only in the first call, when the listener was readable.
    if (errno != EAGAIN && i == 0) cannot_accept(errno, now);
    return;
  }
}

// Adds accepted connections while there is room. They wait only while all others are being handled, which is
// short: slow handlers are limited by their lane.
void EventLoop::let_in(MonoTime now) {
  while (!waiting_.empty() && (clients_.size() < limits_.connections || make_room(now))) {
    Descriptor socket = std::move(waiting_.front());
    waiting_.pop_front();
    guarded(next_key_, [&] { add(std::move(socket), now); });
  }
  const bool listens = waiting_.size() < kMostWaiting && accept_again_ == MonoTime::max();
  if (listens != listens_ && listener_.open()) watch_listener(listens);
}

void EventLoop::cannot_accept(int error, MonoTime now) {
  if (make_room(now)) return;
  if (!accept_logged_ || now - *accept_logged_ >= kLogAcceptEvery) {
    accept_logged_ = now;
    guarded(kListener, [&] {
      log::warn("cannot accept connections", {{"error", errno_text(error)}, {"open", clients_.size()}});
    });
  }
  // The listener stays readable, so polling it pauses for a short time.
  accept_again_ = now + kAcceptPause;
}

bool EventLoop::make_room(MonoTime now) {
  const auto client = clients_.first_to_go(
      [now](const ConnectedClient& each) { return has_had_its_time(each.connection, now); });
  if (client == clients_.end()) return false;
  evict(client, now);
  return true;
}

// False when there is no room for that many bytes even then.
bool EventLoop::make_space(std::size_t bytes, ConnectedClients::Iterator for_whom, MonoTime now) {
  while (clients_.buffered() + bytes > limits_.buffered_bytes) {
    const auto client = clients_.first_to_go([now](const ConnectedClient& each) {
      return each.connection.buffered() >= kMuch && stalled(each.connection, now);
    });
    if (client == clients_.end() || client == for_whom) return false;
    evict(client, now);
  }
  return true;
}

bool EventLoop::make_stream(MonoTime now) {
  if (clients_.streams() < limits_.streams) return true;
  const auto client = clients_.first_to_go(
      [now](const ConnectedClient& each) { return each.stream && stalled(each.connection, now); });
  if (client == clients_.end()) return false;
  evict(client, now);
  return true;
}

void EventLoop::evict(ConnectedClients::Iterator client, MonoTime now) {
  const std::uint64_t key = client->first;
  Connection& connection = client->second.connection;
  const auto what = evictable({.state = connection.state(), .served = connection.served(), .since = now});
  if (what && connection.state() != State::kLingering) ++evicted_[static_cast<std::size_t>(*what)];
  // Sends what can be sent without waiting.
  guarded(key, [&] {
    if (connection.state() == State::kReading)
      connection.refuse({503, "the connection was closed to make room for others"}, now);
  });
  if (const auto left = clients_.find(key); left != clients_.end()) clients_.remove(left);
}

void EventLoop::refuse(ConnectedClients::Iterator client, std::string message, MonoTime now) {
  ++overloaded_;
  client->second.connection.refuse({503, std::move(message)}, now);
}

void EventLoop::add(Descriptor socket, MonoTime now) {
  const std::uint64_t key = next_key_++;
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  auto transport = hooks_.transport(socket.get());
  if (!transport) return;
  std::string peer = peer_address(socket);
  ConnectedClient client(std::move(socket), std::move(transport), limits_, now, bool(hooks_.gate));
  const auto added = clients_.add(key, std::move(client), std::move(peer));
  epoll_event event{.events = EPOLLIN, .data = {.u64 = key}};
  added->second.watched = event.events;
  epoll_ctl(poller_.get(), EPOLL_CTL_ADD, added->second.socket.get(), &event);
}

void EventLoop::handle(std::uint64_t key, std::uint32_t events, MonoTime now) {
  const auto client = clients_.find(key);
  if (client == clients_.end()) return;
  Connection& connection = client->second.connection;
  if ((events & EPOLLIN) && connection.wants_read()) {
    const bool arriving = connection.state() == State::kIdle || connection.state() == State::kReading;
    if (arriving && !make_space(0, client, now) && connection.buffered() >= kLittle) {
      refuse(client, "too many requests at once", now);
    } else {
      connection.on_readable(now);
    }
  } else if (events & (EPOLLHUP | EPOLLERR)) {
    connection.on_hangup();
  }
  if (events & EPOLLOUT) connection.on_writable(now);
  settle(client, now);
}

void EventLoop::deliver_all(MonoTime now) {
  std::vector<Delivery> deliveries;
  {
    const std::lock_guard lock(mutex_);
    deliveries.swap(deliveries_);
  }
  for (Delivery& each : deliveries) {
    guarded(each.connection, [&] {
      const auto client = clients_.find(each.connection);
      if (client != clients_.end()) deliver(client, each, now);
    });
  }
}

void EventLoop::deliver(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now) {
  Connection& connection = client->second.connection;
  switch (delivery.kind) {
    case Delivery::Kind::kAnswer:
      deliver_answer(client, delivery, now);
      break;
    case Delivery::Kind::kPiece:
      deliver_piece(client, delivery, now);
      break;
    case Delivery::Kind::kNoPiece:
      connection.on_hangup();
      break;
    case Delivery::Kind::kProceed:
      client->second.asked = false;
      if (connection.state() == State::kHeld) connection.proceed(now);
      break;
  }
  settle(client, now);
}

void EventLoop::deliver_answer(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now) {
  const std::size_t size = delivery.bytes.size();
  if (!make_space(size, client, now) && size > kLittle) {
    refuse(client, "too many responses at once", now);
  } else if (delivery.stream && !make_stream(now)) {
    refuse(client, "too many large responses at once", now);
  } else {
    const bool more = delivery.stream && delivery.stream->size() > 0;
    if (more) clients_.begin_stream(client, std::move(delivery.stream));
    client->second.connection.answer(std::move(delivery.bytes), now, more);
  }
}

void EventLoop::deliver_piece(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now) {
  ConnectedClient& to = client->second;
  to.fetching = false;
  if (!to.stream || delivery.bytes.empty() || delivery.bytes.size() > to.stream_left)
    return to.connection.on_hangup();
  to.stream_left -= delivery.bytes.size();
  const bool more = to.stream_left > 0;
  if (!more) clients_.end_stream(client);
  to.connection.add(std::move(delivery.bytes), now, more);
}

void EventLoop::settle(ConnectedClients::Iterator client, MonoTime now) {
  const std::uint64_t key = client->first;
  ConnectedClient& of = client->second;
  Connection& connection = of.connection;
  if (connection.state() == State::kHeld && !of.asked) {
    of.asked = !hooks_.gate(key, connection.head(), of.peer);
    if (!of.asked) connection.proceed(now);
  }
  if (connection.state() == State::kReady &&
      !hooks_.dispatch({.connection = key, .request = connection.take(now), .remote_address = of.peer})) {
    refuse(client, "too many requests are waiting", now);
  }
  if (connection.state() == State::kAwaiting && of.stream && !of.fetching) {
    of.fetching = true;
    hooks_.fetch(key, of.stream);
  }
  if (connection.state() == State::kClosed) return clients_.remove(client);
  clients_.charge(client);

  const std::uint32_t wanted =
      (connection.wants_read() ? EPOLLIN : 0u) | (connection.wants_write() ? EPOLLOUT : 0u);
  if (wanted == of.watched) return;
  of.watched = wanted;
  epoll_event event{.events = wanted, .data = {.u64 = key}};
  epoll_ctl(poller_.get(), EPOLL_CTL_MOD, of.socket.get(), &event);
}

void EventLoop::expire(MonoTime now) {
  for (auto client = clients_.begin(); client != clients_.end();) {
    const auto due = client++;
    if (due->second.connection.deadline() > now) continue;
    guarded(due->first, [&] {
      due->second.connection.on_deadline(now);
      settle(due, now);
    });
  }
  if (accept_again_ <= now) accept_again_ = MonoTime::max();
}

void EventLoop::begin_stop(MonoTime now) {
  stopping_ = true;
  stop_by_ = now + kStopWithin;
  accept_again_ = MonoTime::max();
  listener_.reset();
  waiting_.clear();
  for (auto client = clients_.begin(); client != clients_.end();) {
    const auto each = client++;
    guarded(each->first, [&] {
      each->second.connection.wind_down();
      settle(each, now);
    });
  }
}

void EventLoop::watch_listener(bool wanted) {
  listens_ = wanted;
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListener}};
  epoll_ctl(poller_.get(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_.get(), &event);
}

int EventLoop::milliseconds_to_wait(MonoTime now) const {
  MonoTime next = std::min(accept_again_, stop_by_);
  if (!waiting_.empty()) next = std::min<MonoTime>(next, now + kLookForRoomEvery);
  for (const auto& [key, client] : clients_) next = std::min(next, client.connection.deadline());
  if (next == MonoTime::max()) return -1;
  if (next <= now) return 0;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now);
  return static_cast<int>(std::min<std::int64_t>(wait.count(), 60'000));
}

}  // namespace base::http
