#include "tests/stack/http.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace example {
namespace {

constexpr std::size_t kMaxRequest = 256 << 10;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::string read_request(int connection) {
  std::string text;
  std::array<char, 1024> buffer{};
  while (text.size() < kMaxRequest) {
    if (const auto length = request_length(text); length && text.size() >= *length) break;
    const ssize_t got = recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

// Its value, or "". `name` is in lower case.
std::string_view header(std::string_view head, std::string_view name) {
  while (true) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return "";
    head.remove_prefix(end + 2);
    const std::size_t colon = head.find(':');
    if (colon != name.size()) continue;
    if (!std::ranges::equal(head.substr(0, colon), name, {}, [](unsigned char c) { return std::tolower(c); }))
      continue;
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    return begin == std::string_view::npos ? "" : line.substr(begin);
  }
}

void send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

std::optional<std::size_t> request_length(std::string_view text) {
  const std::size_t end = text.find(kHeadEnd);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view length = header(text.substr(0, end + 2), "content-length");
  std::size_t body = 0;
  std::from_chars(length.data(), length.data() + length.size(), body);
  return end + kHeadEnd.size() + body;
}

std::optional<Request> parse_request(std::string_view text) {
  const std::size_t end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
    return std::nullopt;
  const std::size_t head = std::min(text.find(kHeadEnd), text.size() - kHeadEnd.size());
  return Request{std::string(line.substr(0, first)), std::string(line.substr(first + 1, last - first - 1)),
                 std::string(header(text.substr(0, head + 2), "authorization")),
                 std::string(text.substr(head + kHeadEnd.size()))};
}

std::string serialise(const Response& response) {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
      response.status, response.status == 200 ? "OK" : "Error", response.body.size(), response.body);
}

int listen_on(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return -1;
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener, 16) != 0) {
    close(listener);
    return -1;
  }
  return listener;
}

void serve_one(int listener, const std::function<Response(const Request&)>& handler) {
  const int connection = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (connection < 0) return;
  const timeval patience{2, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto request = parse_request(read_request(connection));
  send_all(connection,
           serialise(request ? handler(*request) : Response{400, R"({"error":"not a request"})"}));
  close(connection);
}

}  // namespace example
