// A server that says the next of what it was told to say to each thing that it is sent, on one connection
// after the other, and hangs up after the last.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/os/socket.h"
#include "tests/catch.h"

namespace tests {

class RedisPeer {
 public:
  explicit RedisPeer(std::vector<std::string> says) {
    auto listener = base::listen_on({.host = "127.0.0.1", .port = 0, .unix_path = {}});
    REQUIRE(listener);
    endpoint = {.host = "127.0.0.1", .port = base::bound_port(*listener), .unix_path = {}};
    thread_ = std::jthread([this, says = std::move(says), listener = std::move(*listener)](
                               const std::stop_token& stop) { serve(listener, says, stop); });
  }
  std::string heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

  base::Endpoint endpoint;

 private:
  void serve(const base::Descriptor& listener, const std::vector<std::string>& says,
             const std::stop_token& stop) {
    const base::SystemClock clock;
    base::WaitLimit patience(base::Deadline::after(clock, std::chrono::seconds(30)), stop);
    const auto ready = [&](int fd) { return patience.wait(fd, POLLIN) == base::WaitLimit::Outcome::kReady; };
    base::Descriptor connection;
    for (const std::string& answer : says) {
      std::array<char, 4096> bytes{};
      ssize_t got = 0;
      while (got <= 0) {
        if (!connection.open()) {
          if (!ready(listener.get())) return;
          connection.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        }
        if (!ready(connection.get())) return;
        got = ::recv(connection.get(), bytes.data(), bytes.size(), 0);
        if (got <= 0) connection.reset();
      }
      {
        const std::lock_guard lock(mutex_);
        heard_.append(bytes.data(), static_cast<std::size_t>(got));
      }
      ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }

  std::mutex mutex_;
  std::string heard_;
  std::jthread thread_;
};

}  // namespace tests
