// A client that sends exactly the bytes it is told, and reads what comes back.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/os/descriptor.h"

namespace tests {

struct RawAnswer {
  int status = 0;
  std::string head;
  std::string body;

  bool has(std::string_view header_line) const { return head.find(header_line) != std::string::npos; }
};

class RawClient {
 public:
  // `receive_buffer`: a small one makes a slow reader of it.
  explicit RawClient(int port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // Only a test that fails waits as long.
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (receive_buffer > 0) {
      ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  bool connected() const { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // The peer will see an error, not an end.
  void reset_on_close() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }

  // The next answer on the connection; nullopt when it ends or stalls first.
  std::optional<RawAnswer> answer(bool has_body = true) {
    RawAnswer answer;
    while (received_.find("\r\n\r\n") == std::string::npos) {
      if (!receive()) return std::nullopt;
    }
    const auto end = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, end);
    received_.erase(0, end);
    answer.status = std::stoi(answer.head.substr(answer.head.find(' ')));
    const auto length = answer.head.find("Content-Length: ");
    if (!has_body || length == std::string::npos) return answer;
    const std::size_t size = std::stoul(answer.head.substr(length + 16));
    while (received_.size() < size) {
      if (!receive()) return std::nullopt;
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
  }
  std::optional<RawAnswer> ask(std::string_view request) {
    send(request);
    return answer();
  }

  // Everything until the server closes the connection; nullopt when it does not.
  std::optional<std::string> rest() {
    while (receive()) {
    }
    if (!ended_) return std::nullopt;
    return received_;
  }
  // Whether the server has closed it by now.
  bool closed() const {
    char byte = 0;
    const ssize_t bytes = ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return bytes == 0 || (bytes < 0 && errno == ECONNRESET);
  }

 private:
  bool receive() {
    char bytes[16 * 1024];
    const ssize_t count = ::recv(socket_.get(), bytes, sizeof(bytes), 0);
    ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
    if (count > 0) received_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  base::Descriptor socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

}  // namespace tests
