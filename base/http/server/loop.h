// The thread that accepts connections and reads and writes for all connections of a server.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/http/clients.h"
#include "base/http/server/connection.h"
#include "base/http/server/counts.h"
#include "base/http/server/limits.h"
#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/os/socket.h"

namespace base::http {

// A request for the workers; its response goes to EventLoop::answer() with the same connection.
struct Job {
  std::uint64_t connection = 0;
  Arrived request;
  std::string remote_address;
};

// Plain TCP.
std::unique_ptr<Transport> plain_transport(int socket);

class EventLoop {
 public:
  // All are called on the loop's thread and must not block.
  struct Hooks {
    // False: the queue is full, and the response is 503.
    std::function<bool(Job)> dispatch;
    // Reads the next piece of a body in another thread and passes it to add_piece().
    std::function<void(std::uint64_t connection, std::shared_ptr<BodyStream> stream)> fetch = {};
    // Whether a request may continue after its head; if not, proceed() releases it later. Empty: all may.
    std::function<bool(std::uint64_t connection, const Head& head, const std::string& peer)> gate = {};
    // Gives each accepted socket its transport; nullptr: the connection is closed.
    std::function<std::unique_ptr<Transport>(int socket)> transport = plain_transport;
  };
  // The clock is used only for deadlines.
  EventLoop(const Limits& limits, const Clock& clock, Descriptor listener, Hooks hooks);
  // Whether epoll and its descriptors could be created; run() requires them.
  bool usable() const { return poller_.open() && waker_.fd() >= 0; }

  // Runs until stop(), then until pending responses are sent, at most 2 s. A connection is closed when there
  // is no memory for it.
  void run();

  // From any thread. The response to a job, or its head when `stream` has the body. Dropped when the
  // connection is gone.
  void answer(std::uint64_t connection, std::string bytes, std::shared_ptr<BodyStream> stream = nullptr);
  // From any thread. The next piece of a body; nullopt: reading failed, the connection is closed.
  void add_piece(std::uint64_t connection, std::optional<std::string> piece);
  // From any thread. Releases a request that the gate has held.
  void proceed(std::uint64_t connection);
  // From any thread.
  void stop();
  ServerCounts counts() const;

 private:
  struct Delivery {
    enum class Kind { kAnswer, kPiece, kNoPiece, kProceed };
    Kind kind = Kind::kAnswer;
    std::uint64_t connection = 0;
    std::string bytes;
    std::shared_ptr<BodyStream> stream;
  };

  void accept_some(MonoTime now);
  void let_in(MonoTime now);
  void cannot_accept(int error, MonoTime now);
  bool make_room(MonoTime now);
  bool make_space(std::size_t bytes, ConnectedClients::Iterator for_whom, MonoTime now);
  bool make_stream(MonoTime now);
  void evict(ConnectedClients::Iterator client, MonoTime now);
  void refuse(ConnectedClients::Iterator client, std::string message, MonoTime now);
  void add(Descriptor socket, MonoTime now);
  void handle(std::uint64_t key, std::uint32_t events, MonoTime now);
  void post(Delivery delivery);
  void deliver_all(MonoTime now);
  void deliver(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now);
  void deliver_answer(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now);
  void deliver_piece(ConnectedClients::Iterator client, Delivery& delivery, MonoTime now);
  void expire(MonoTime now);
  void begin_stop(MonoTime now);
  // Acts on a connection's new state: dispatches, watches or removes it.
  void settle(ConnectedClients::Iterator client, MonoTime now);
  // Runs `what`; closes the connection if it throws.
  template <class What>
  void guarded(std::uint64_t key, const What& what);
  void watch_listener(bool wanted);
  int milliseconds_to_wait(MonoTime now) const;

  const Limits& limits_;
  const Clock& clock_;
  const Hooks hooks_;
  Descriptor listener_;
  Descriptor poller_;
  Waker waker_;
  ConnectedClients clients_;
  std::deque<Descriptor> waiting_;  // accepted while there was no room
  std::uint64_t next_key_;
  bool listens_ = false;
  MonoTime accept_again_ = MonoTime::max();  // set while accept fails for lack of descriptors
  std::optional<MonoTime> accept_logged_;
  bool stopping_ = false;
  MonoTime stop_by_ = MonoTime::max();

  std::array<std::atomic<std::uint64_t>, kEvictedNames.size()> evicted_{};
  std::atomic<std::uint64_t> overloaded_ = 0;
  std::atomic<bool> stop_requested_ = false;
  std::mutex mutex_;
  std::vector<Delivery> deliveries_;  // guarded by mutex_
};

}  // namespace base::http
