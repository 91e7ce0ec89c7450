#include "base/http/stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "base/os/socket.h"

namespace base::http {
namespace {

constexpr std::size_t kRead = 64 * 1024;

Result<> send_all(const Descriptor& socket, std::string_view bytes, WaitLimit& patience) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (patience.wait(socket.get(), POLLOUT) != WaitLimit::Outcome::kReady) return fail("timed out");
    } else if (errno != EINTR) {
      return fail("{}", errno_text(errno));
    }
  }
  return {};
}

}  // namespace

Result<Stream> Stream::open(const BaseUrl& url, const std::string& path_and_query, Deadline deadline) {
  const std::string what = "GET " + url.str() + path_and_query.substr(0, path_and_query.find('?'));
  if (url.tls) return fail("{}: streaming responses are not supported over TLS", what);
  for (const char c : path_and_query) {
    if (c <= ' ' || c >= 0x7f) return fail("{}: the path is not percent-encoded", what);
  }
  WaitLimit patience(deadline);
  auto socket = connect_to(url.endpoint, patience);
  if (!socket) return wrap(socket.error(), "{}", what);
  // A Unix socket has no name, and the Docker Engine refuses a request without a host.
  const std::string host = url.endpoint.unix_path.empty() ? url.endpoint.str() : "localhost";
  const std::string request =
      fmt::format("GET {}{} HTTP/1.1\r\nHost: {}\r\nUser-Agent: salus\r\nConnection: close\r\n\r\n",
                  url.prefix, path_and_query, host);
  if (auto sent = send_all(*socket, request, patience); !sent) return wrap(sent.error(), "{}", what);
  return Stream(std::move(*socket), what);
}

Result<Stream::State> Stream::read(std::string& to, std::size_t max_bytes) {
  std::array<char, kRead> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): recv fills it
  std::size_t taken = 0;
  while (!response_.complete()) {
    if (taken >= max_bytes) return State::kOpen;
    const ssize_t received = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0 && errno == EAGAIN) return State::kOpen;
    if (received <= 0) {
      // Without a length, the end of the connection is the end of the body.
      return received == 0 && response_.ends_with_connection() ? State::kEnded : State::kCut;
    }
    const auto size = static_cast<std::size_t>(received);
    taken += size;
    if (auto took = response_.push(std::string_view(buffer.data(), size), to); !took)
      return wrap(took.error(), "{}", what_);
    // A short read usually means that there is no more; later data is read by the next call.
    if (size < buffer.size() / 2 && !response_.complete()) return State::kOpen;
  }
  return State::kEnded;
}

}  // namespace base::http
