#include "base/http_loop.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "base/log.h"

namespace base::http {
namespace {

constexpr std::uint64_t kListener = 0;
constexpr std::uint64_t kWaker = 1;
constexpr std::uint64_t kFirstClient = 2;
// Beyond the limit, while they are told so; further ones are closed without a word.
constexpr std::size_t kRefusedAtOnce = 64;
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
constexpr auto kStopWithin = std::chrono::seconds(2);

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

EventLoop::EventLoop(const Limits& limits, const Clock& clock, Descriptor listener,
                     std::function<void(Job)> dispatch, MakeTransport transport)
    : limits_(limits),
      clock_(clock),
      dispatch_(std::move(dispatch)),
      transport_(std::move(transport)),
      listener_(std::move(listener)),
      poller_(epoll_create1(EPOLL_CLOEXEC)),
      next_key_(kFirstClient) {
  watch_listener(true);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kWaker}};
  epoll_ctl(poller_.get(), EPOLL_CTL_ADD, waker_.fd(), &event);
}

void EventLoop::run() {
  std::array<epoll_event, 64> events;
  for (;;) {
    const int count =
        epoll_wait(poller_.get(), events.data(), events.size(), milliseconds_to_wait(clock_.now().mono));
    const MonoTime now = clock_.now().mono;
    for (int i = 0; i < count; ++i) {
      if (events[i].data.u64 == kListener) {
        accept_one(now);
      } else if (events[i].data.u64 == kWaker) {
        waker_.clear();
      } else {
        handle(events[i].data.u64, events[i].events, now);
      }
    }
    if (stop_requested_ && !stopping_) begin_stop(now);
    deliver_answers(now);
    expire(now);
    if (stopping_ && (clients_.empty() || now >= stop_by_)) return;
  }
}

void EventLoop::answer(std::uint64_t connection, std::string bytes) {
  {
    const std::lock_guard lock(mutex_);
    answers_.emplace_back(connection, std::move(bytes));
  }
  waker_.notify();
}

void EventLoop::stop() {
  stop_requested_ = true;
  waker_.notify();
}

// One at a time: the kernel looks for a free descriptor before it looks for a connection, so that its "too
// many open files" says only while the listener is readable that somebody waits.
void EventLoop::accept_one(MonoTime now) {
  Descriptor socket(accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.open()) return add(std::move(socket), now);
  if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
  const int error = errno;
  if (make_room()) return;
  // The listener stays readable, so it is left alone for a moment.
  log::warn("cannot accept a connection", {{"error", errno_text(error)}});
  watch_listener(false);
  accept_again_ = now + kAcceptPause;
}

// Closes the connection that has been idle longest, if there is one.
bool EventLoop::make_room() {
  auto longest = clients_.end();
  for (auto client = clients_.begin(); client != clients_.end(); ++client) {
    if (client->second.connection.state() != Connection::State::kIdle) continue;
    if (longest == clients_.end() ||
        client->second.connection.idle_since() < longest->second.connection.idle_since()) {
      longest = client;
    }
  }
  if (longest == clients_.end()) return false;
  buffered_ -= longest->second.charged;
  clients_.erase(longest);
  return true;
}

void EventLoop::add(Descriptor socket, MonoTime now) {
  const bool full = clients_.size() >= limits_.connections && !make_room();
  if (full && clients_.size() >= limits_.connections + kRefusedAtOnce) return;
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  const std::uint64_t key = next_key_++;
  auto transport = transport_(socket.get());
  if (!transport) return;
  const auto [client, added] =
      clients_.try_emplace(key, std::move(socket), std::move(transport), limits_, now);
  epoll_event event{.events = EPOLLIN, .data = {.u64 = key}};
  client->second.watched = event.events;
  epoll_ctl(poller_.get(), EPOLL_CTL_ADD, client->second.socket.get(), &event);
  if (!full) return;
  client->second.connection.refuse({503, "too many connections"}, now);
  settle(client, now);
}

void EventLoop::handle(std::uint64_t key, std::uint32_t events, MonoTime now) {
  const auto client = clients_.find(key);
  if (client == clients_.end()) return;
  Connection& connection = client->second.connection;
  if ((events & EPOLLIN) && connection.wants_read()) {
    const bool arriving =
        connection.state() == Connection::State::kIdle || connection.state() == Connection::State::kReading;
    if (buffered_ > limits_.buffered_bytes && arriving) {
      connection.refuse({503, "too many requests at once"}, now);
    } else {
      connection.on_readable(now);
    }
  } else if (events & (EPOLLHUP | EPOLLERR)) {
    connection.on_hangup();
  }
  if (events & EPOLLOUT) connection.on_writable(now);
  settle(client, now);
}

void EventLoop::deliver_answers(MonoTime now) {
  std::vector<std::pair<std::uint64_t, std::string>> answers;
  {
    const std::lock_guard lock(mutex_);
    answers.swap(answers_);
  }
  for (const auto& [key, bytes] : answers) {
    const auto client = clients_.find(key);
    if (client == clients_.end()) continue;
    Connection& connection = client->second.connection;
    if (buffered_ + bytes.size() > limits_.buffered_bytes) {
      connection.refuse({503, "too many answers at once"}, now);
    } else {
      connection.answer(bytes, now);
    }
    settle(client, now);
  }
}

void EventLoop::settle(Clients::iterator client, MonoTime now) {
  Connection& connection = client->second.connection;
  if (connection.state() == Connection::State::kReady) {
    const std::uint64_t key = client->first;
    dispatch_({.connection = key,
               .request = connection.take(now),
               .remote_address = peer_address(client->second.socket)});
  }
  buffered_ -= client->second.charged;
  if (connection.state() == Connection::State::kClosed) {
    clients_.erase(client);
    return;
  }
  client->second.charged = connection.buffered();
  buffered_ += client->second.charged;

  const std::uint32_t wanted =
      (connection.wants_read() ? EPOLLIN : 0u) | (connection.wants_write() ? EPOLLOUT : 0u);
  if (wanted == client->second.watched) return;
  client->second.watched = wanted;
  epoll_event event{.events = wanted, .data = {.u64 = client->first}};
  epoll_ctl(poller_.get(), EPOLL_CTL_MOD, client->second.socket.get(), &event);
}

void EventLoop::expire(MonoTime now) {
  std::vector<std::uint64_t> due;
  for (const auto& [key, client] : clients_) {
    if (client.connection.deadline() <= now) due.push_back(key);
  }
  for (const std::uint64_t key : due) {
    const auto client = clients_.find(key);
    client->second.connection.on_deadline(now);
    settle(client, now);
  }
  if (accept_again_ <= now) {
    accept_again_ = MonoTime::max();
    watch_listener(true);
  }
}

void EventLoop::begin_stop(MonoTime now) {
  stopping_ = true;
  stop_by_ = now + kStopWithin;
  accept_again_ = MonoTime::max();
  listener_.reset();
  std::vector<std::uint64_t> keys;
  for (const auto& [key, client] : clients_) keys.push_back(key);
  for (const std::uint64_t key : keys) {
    const auto client = clients_.find(key);
    client->second.connection.wind_down();
    settle(client, now);
  }
}

void EventLoop::watch_listener(bool wanted) {
  epoll_event event{.events = EPOLLIN, .data = {.u64 = kListener}};
  epoll_ctl(poller_.get(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, listener_.get(), &event);
}

int EventLoop::milliseconds_to_wait(MonoTime now) const {
  MonoTime next = std::min(accept_again_, stop_by_);
  for (const auto& [key, client] : clients_) next = std::min(next, client.connection.deadline());
  if (next == MonoTime::max()) return -1;
  if (next <= now) return 0;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - now);
  return static_cast<int>(std::min<std::int64_t>(wait.count(), 60'000));
}

}  // namespace base::http
