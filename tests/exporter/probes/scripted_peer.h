// A server that says to each connection what it was told to say, and then waits for its end or hangs up.
#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <string>
#include <thread>

#include "base/os/socket.h"
#include "tests/catch.h"
#include "tests/exporter/probes/probing.h"

namespace tests {

class ScriptedPeer {
 public:
  enum class After { kWait, kHangUp };
  // Speaks once it has read something, or at once when `first` is true.
  explicit ScriptedPeer(std::string answer, After after = After::kWait, bool first = false) {
    auto listener = base::listen_on({.host = "127.0.0.1", .port = 0, .unix_path = {}});
    REQUIRE(listener);
    port_ = base::bound_port(*listener);
    thread_ = std::jthread([this, answer = std::move(answer), after, first, listener = std::move(*listener)](
                               const std::stop_token& stop) { serve(listener, answer, after, first, stop); });
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  // Everything that came so far.
  std::string heard() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  void serve(const base::Descriptor& listener, const std::string& answer, After after, bool first,
             const std::stop_token& stop) {
    base::WaitLimit patience(base::Deadline::after(real_clock(), std::chrono::seconds(30)), stop);
    while (patience.wait(listener.get(), POLLIN) == base::WaitLimit::Outcome::kReady) {
      const base::Descriptor connection(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      bool spoken = false;
      for (;;) {
        if (spoken || first) {
          if (!spoken) ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
          spoken = true;
          if (after == After::kHangUp) break;
        }
        if (patience.wait(connection.get(), POLLIN) != base::WaitLimit::Outcome::kReady) return;
        std::array<char, 4096> bytes{};
        const auto got = ::recv(connection.get(), bytes.data(), bytes.size(), 0);
        if (got <= 0) break;
        {
          const std::lock_guard lock(mutex_);
          heard_.append(bytes.data(), static_cast<std::size_t>(got));
        }
        if (!spoken) ::send(connection.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
        spoken = true;
      }
    }
  }

  int port_ = 0;
  std::mutex mutex_;
  std::string heard_;
  std::jthread thread_;
};

}  // namespace tests
