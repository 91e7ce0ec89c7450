// The thread that accepts, reads and writes for every connection of a server at once.
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

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/http_clients.h"
#include "base/http_connection.h"
#include "base/http_counts.h"
#include "base/http_limits.h"
#include "base/socket.h"

namespace base::http {

// A request for the workers; its answer goes to EventLoop::answer() with the same connection.
struct Job {
  std::uint64_t connection = 0;
  Arrived request;
  std::string remote_address;
};

// Bytes as they are.
std::unique_ptr<Transport> plain_transport(int socket);

class EventLoop {
 public:
  // All are called on the loop's thread and must not block.
  struct Hooks {
    // False: too many wait already, the request is answered with 503.
    std::function<bool(Job)> dispatch;
    // Reads the next piece of a body, in another thread, and gives it to add_piece().
    std::function<void(std::uint64_t connection, std::shared_ptr<BodyStream> stream)> fetch = {};
    // Whether a request whose head has come may go on at once; else proceed() lets it. Empty: all may.
    std::function<bool(std::uint64_t connection, const Head& head, const std::string& peer)> gate = {};
    // Gives each accepted socket its transport; nullptr: the connection is closed.
    std::function<std::unique_ptr<Transport>(int socket)> transport = plain_transport;
  };
  // The clock is asked for deadlines only.
  EventLoop(const Limits& limits, const Clock& clock, Descriptor listener, Hooks hooks);
  // Whether the system gave what waiting takes; run() needs it.
  bool usable() const { return poller_.open() && waker_.fd() >= 0; }

  // Runs until stop(), and then until every answer under way is sent, 2 s at most. A connection that there is
  // no memory for is closed.
  void run();

  // From any thread. The answer to a job, or its head when `stream` has its body; dropped when its connection
  // has gone.
  void answer(std::uint64_t connection, std::string bytes, std::shared_ptr<BodyStream> stream = nullptr);
  // From any thread. The next piece of a body; nullopt: it cannot be read, the connection is closed.
  void add_piece(std::uint64_t connection, std::optional<std::string> piece);
  // From any thread. Lets a request go on that the gate has held.
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
  // Acts on what a connection has become: dispatches, watches, removes.
  void settle(ConnectedClients::Iterator client, MonoTime now);
  // Runs `what`; a connection for which it throws is closed.
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
  std::deque<Descriptor> waiting_;  // accepted, without room yet
  std::uint64_t next_key_;
  bool listens_ = false;
  MonoTime accept_again_ = MonoTime::max();  // set while there is no descriptor to accept with
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
