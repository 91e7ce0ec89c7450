// The thread that accepts, reads and writes for every connection of a server at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/http_connection.h"
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
  // `dispatch` is called on the loop's thread and must not block. The clock is asked for deadlines only.
  // `transport` gives each accepted socket its own, on the loop's thread; nullptr: the connection is closed.
  using MakeTransport = std::function<std::unique_ptr<Transport>(int socket)>;
  EventLoop(const Limits& limits, const Clock& clock, Descriptor listener, std::function<void(Job)> dispatch,
            MakeTransport transport = plain_transport);
  // Whether the system gave what waiting takes; run() needs it.
  bool usable() const { return poller_.open() && waker_.fd() >= 0; }

  // Runs until stop(), and then until every answer under way is sent, 2 s at most.
  void run();

  // From any thread. The answer to a job; dropped when its connection has gone.
  void answer(std::uint64_t connection, std::string bytes);
  // From any thread.
  void stop();

 private:
  struct Client {
    Client(Descriptor accepted, std::unique_ptr<Transport> transport, const Limits& limits, MonoTime now)
        : socket(std::move(accepted)), connection(std::move(transport), limits, now) {}
    Descriptor socket;
    Connection connection;
    std::uint32_t watched = 0;
    std::size_t charged = 0;  // its part of buffered_
  };
  using Clients = std::unordered_map<std::uint64_t, Client>;

  void accept_one(MonoTime now);
  bool make_room();
  void add(Descriptor socket, MonoTime now);
  void handle(std::uint64_t key, std::uint32_t events, MonoTime now);
  void deliver_answers(MonoTime now);
  void expire(MonoTime now);
  void begin_stop(MonoTime now);
  // Acts on what a connection has become: dispatches, watches, removes.
  void settle(Clients::iterator client, MonoTime now);
  void watch_listener(bool wanted);
  int milliseconds_to_wait(MonoTime now) const;

  const Limits& limits_;
  const Clock& clock_;
  std::function<void(Job)> dispatch_;
  MakeTransport transport_;
  Descriptor listener_;
  Descriptor poller_;
  Waker waker_;
  Clients clients_;
  std::uint64_t next_key_;
  std::size_t buffered_ = 0;
  MonoTime accept_again_ = MonoTime::max();  // set while there is no descriptor to accept with
  bool stopping_ = false;
  MonoTime stop_by_ = MonoTime::max();

  std::atomic<bool> stop_requested_ = false;
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, std::string>> answers_;  // guarded by mutex_
};

}  // namespace base::http
