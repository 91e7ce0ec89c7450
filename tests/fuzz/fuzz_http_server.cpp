// The whole server behind a Unix socket: whatever it is sent, each of its answers is HTTP, and it goes on
// serving.
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "base/http/server/server.h"
#include "base/os/socket.h"
#include "tests/fakes/temporary_folder.h"
#include "tests/fuzz/target.h"

namespace {

namespace http = base::http;

struct Served {
  Served() : server({.body_bytes = 4096, .workers = 1}, clock) {
    server.handle("GET", "/", [](const http::Request&) { return http::text(200, "landing"); });
    server.handle("GET", "/items/*", [](const http::Request& request) {
      fuzz::require(request.captures.size() == 1, "one capture");
      fuzz::require(request.path.find('\0') == std::string::npos, "no NUL in a path");
      fuzz::require(request.captures[0] != "..", "no dot segments");
      return http::json(200, "{}");
    });
    server.handle("POST", "/echo",
                  [](const http::Request& request) { return http::text(200, request.body); });
    fuzz::require(server.listen("unix://" + folder.file("socket")).has_value(), "listening");
  }
  base::SystemClock clock;
  tests::TemporaryFolder folder;
  http::Server server;
};

std::string exchange(const Served& served, std::string_view bytes) {
  base::WaitLimit patience(base::Deadline::after(served.clock, std::chrono::seconds(20)));
  const auto connection =
      base::connect_to({.host = {}, .port = 0, .unix_path = served.folder.file("socket")}, patience);
  fuzz::require(connection.has_value(), "connected");
  while (!bytes.empty()) {
    if (patience.wait(connection->get(), POLLOUT) != base::WaitLimit::Outcome::kReady) break;
    const ssize_t sent = ::send(connection->get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(connection->get(), SHUT_WR);
  std::string answer;
  std::array<char, 4096> buffer;
  for (;;) {
    const auto outcome = patience.wait(connection->get(), POLLIN);
    fuzz::require(outcome == base::WaitLimit::Outcome::kReady, "the server ends the connection");
    const ssize_t received = ::recv(connection->get(), buffer.data(), buffer.size(), 0);
    if (received <= 0) return answer;
    answer.append(buffer.data(), static_cast<std::size_t>(received));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // What is larger than the socket's buffers could be waited for by both ends.
  if (size > 32 * 1024) return 0;
  static const Served served;
  const std::string answer = exchange(served, {reinterpret_cast<const char*>(data), size});
  fuzz::require(answer.empty() || answer.starts_with("HTTP/1.1 "), "an answer is HTTP");
  fuzz::require(exchange(served, "GET / HTTP/1.0\r\n\r\n").ends_with("landing"), "the server goes on");
  return 0;
}
