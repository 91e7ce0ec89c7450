#include "base/http/client.h"

#include <httplib.h>
#include <openssl/err.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/crypto/tls_client.h"
#include "base/os/file.h"
#include "base/os/socket.h"

namespace base::http {
namespace {

// Limit for the head and for the framing between two pieces of the body, because httplib buffers lines of any
// length.
constexpr std::size_t kMaxFrame = 64 * 1024;
constexpr std::size_t kMaxQuotedBody = 4 * 1024;
constexpr auto kStreamBegins = std::chrono::seconds(10);

// How long one exchange may take, and why it failed.
struct Exchange {
  explicit Exchange(WaitLimit& allowed) : patience(allowed) {}
  // Only the first reason is kept.
  void failed(std::string why) {
    if (reason.empty()) reason = std::move(why);
  }
  WaitLimit& patience;
  bool head_done = false;
  std::size_t frame_bytes = 0;  // read since the last piece of the body
  std::string reason;
  std::string_view waits = "while connecting";
  std::string head;  // raw, while it is being received
};

// The raw Location header, which httplib would percent-decode.
std::optional<std::string> raw_location(std::string_view head) {
  constexpr std::string_view kName = "\nlocation:";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  const auto found = std::ranges::search(head, kName, same);
  if (found.empty()) return std::nullopt;
  std::string_view value(found.end(), head.end());
  value = value.substr(0, value.find_first_of("\r\n"));
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  return std::string(value);
}

// Reads and writes a non-blocking socket within the deadline of the exchange; httplib's own timeouts restart
// with every byte.
class PatientStream final : public httplib::Stream {
 public:
  PatientStream(int socket, SSL* ssl, Exchange& exchange) : socket_(socket), ssl_(ssl), exchange_(exchange) {}

  ssize_t read(char* to, std::size_t size) override {
    if (begin_ == end_) {
      const ssize_t received = complete([this] { return receive(); });
      if (received <= 0) return received;
      begin_ = 0;
      end_ = static_cast<std::size_t>(received);
    }
    size = std::min(size, end_ - begin_);
    if ((exchange_.frame_bytes += size) > kMaxFrame) {
      exchange_.failed(fmt::format("the response headers are larger than {} bytes", kMaxFrame));
      return -1;
    }
    std::memcpy(to, buffer_.data() + begin_, size);
    if (!exchange_.head_done) exchange_.head.append(to, size);
    begin_ += size;
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char* from, std::size_t size) override {
    return complete([&] { return send(from, size); });
  }

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return socket_; }

 private:
  // One attempt: bytes transferred (0: end, -1: error), or the event to wait for first.
  struct Attempt {
    ssize_t bytes = -1;
    short wait_for = 0;
  };

  Attempt receive() {
    ERR_clear_error();
    if (ssl_) return tls(SSL_read(ssl_, buffer_.data(), static_cast<int>(buffer_.size())));
    return plain(::recv(socket_, buffer_.data(), buffer_.size(), 0), POLLIN);
  }
  Attempt send(const char* from, std::size_t size) {
    ERR_clear_error();
    if (ssl_) return tls(SSL_write(ssl_, from, static_cast<int>(std::min(size, buffer_.size()))));
    return plain(::send(socket_, from, size, MSG_NOSIGNAL), POLLOUT);
  }
  Attempt plain(ssize_t result, short event) {
    if (result >= 0) return {.bytes = result};
    if (errno == EAGAIN || errno == EINTR) return {.wait_for = event};
    exchange_.failed(errno_text(errno));
    return {};
  }
  Attempt tls(int result) {
    if (result > 0) return {.bytes = result};
    switch (SSL_get_error(ssl_, result)) {
      case SSL_ERROR_WANT_READ:
        return {.wait_for = POLLIN};
      case SSL_ERROR_WANT_WRITE:
        return {.wait_for = POLLOUT};
      case SSL_ERROR_ZERO_RETURN:
        return {.bytes = 0};
      case SSL_ERROR_SSL:
        // With TLS 1.3 a rejected client certificate is reported here, after a successful handshake.
        if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING) {
          exchange_.failed("TLS: " + tls::error_text());
        }
        return {};
      default:
        return {};
    }
  }
  template <class Try>
  ssize_t complete(Try attempt) {
    for (;;) {
      if (exchange_.patience.over()) return -1;
      const Attempt result = attempt();
      if (result.wait_for == 0) return result.bytes;
      if (exchange_.patience.wait(socket_, result.wait_for) != WaitLimit::Outcome::kReady) return -1;
    }
  }

  int socket_;
  SSL* ssl_;
  Exchange& exchange_;
  std::array<char, 16 * 1024> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

// httplib's client with this program's sockets, TLS and streams.
class Connection final : public httplib::ClientImpl {
 public:
  Connection(const BaseUrl& url, const tls::ClientOptions& options, Exchange& exchange)
      : ClientImpl(url.endpoint.unix_path.empty() ? url.endpoint.host : "localhost",
                   url.endpoint.unix_path.empty() ? url.endpoint.port : 80),
        url_(url),
        options_(options),
        exchange_(exchange) {
    set_url_encode(false);
  }
  ~Connection() override { say_goodbye(); }

 private:
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    error = httplib::Error::Connection;
    auto connected = connect_to(url_.endpoint, exchange_.patience);
    if (!connected) {
      exchange_.failed(connected.error().message);
      return false;
    }
    if (url_.tls) {
      exchange_.waits = "during the TLS handshake";
      auto session = tls::connect(connected->get(), url_.endpoint.host, options_, exchange_.patience);
      if (!session) {
        exchange_.failed(session.error().message);
        return false;
      }
      session_ = std::move(*session);
    }
    exchange_.waits = "while waiting for the response";
    socket.sock = connected->release();
    return true;
  }
  // httplib calls this before it closes the socket.
  void shutdown_ssl(Socket&, bool) override { say_goodbye(); }
  void say_goodbye() {
    ERR_clear_error();
    if (session_) SSL_shutdown(session_.get());
    session_.reset();
  }
  bool process_socket(const Socket& socket, std::function<bool(httplib::Stream&)> callback) override {
    PatientStream stream(socket.sock, session_.get(), exchange_);
    return callback(stream);
  }

  const BaseUrl& url_;
  const tls::ClientOptions& options_;
  Exchange& exchange_;
  tls::Session session_;  // null without TLS
};

// The Authorization header that the options require; nullopt when none.
Result<std::optional<std::string>> authorization(const BaseUrl& url, const ClientOptions& options) {
  const auto basic = [](const std::string& user, const std::string& password) {
    return httplib::make_basic_authentication_header(user, password).second;
  };
  if (!url.user.empty() || !url.password.empty()) return basic(url.user, url.password);
  if (!options.credentials_file.empty()) {
    const auto token = read_secret(options.credentials_file);
    if (!token) return wrap(token.error(), "credentials_file");
    return "Bearer " + *token;
  }
  if (options.username.empty() && options.password_file.empty()) return std::nullopt;
  std::string password;
  if (!options.password_file.empty()) {
    auto secret = read_secret(options.password_file);
    if (!secret) return wrap(secret.error(), "password_file");
    password = std::move(*secret);
  }
  return basic(options.username, password);
}

bool is_one_line(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos;
}

Result<httplib::Request> make_request(const BaseUrl& url, const ClientOptions& options,
                                      const std::string& method, const std::string& path_and_query) {
  httplib::Request request;
  request.method = method;
  request.path = url.prefix + path_and_query;
  for (const char c : request.path) {
    if (c <= ' ' || c >= 0x7f) return fail("the path is not percent-encoded");
  }
  if (!path_and_query.starts_with('/')) return fail("the path does not begin with a slash");
  for (const auto& [name, value] : options.headers) {
    if (!is_one_line(name + value)) return fail("the header {} contains a line break", name);
    request.headers.emplace(name, value);
  }
  if (!url.endpoint.unix_path.empty()) request.headers.emplace("Host", "localhost");
  if (url.tls) {
    // httplib does not see TLS here and would include the default port in Host.
    std::string host = url.endpoint.str();
    if (url.endpoint.port == 443) host.resize(host.rfind(':'));
    request.headers.emplace("Host", host);
  }
  const auto secret = authorization(url, options);
  if (!secret) return std::unexpected(secret.error());
  if (*secret && !is_one_line(**secret)) return fail("the secret contains a line break");
  if (*secret) request.headers.emplace("Authorization", **secret);
  if (!request.has_header("User-Agent")) request.headers.emplace("User-Agent", "salus");
  return request;
}

std::string describe(const Exchange& exchange, httplib::Error error) {
  if (exchange.patience.last() == WaitLimit::Outcome::kTimedOut)
    return fmt::format("timed out {}", exchange.waits);
  if (exchange.patience.last() == WaitLimit::Outcome::kStopped) return "stopped";
  if (!exchange.reason.empty()) return exchange.reason;
  switch (error) {
    case httplib::Error::Write:
      return "the connection was closed while sending";
    default:
      return "the connection was closed before the response was complete";
  }
}

Response to_response(const httplib::Response& from, std::string body) {
  Response response{.status = from.status,
                    .content_type = from.get_header_value("Content-Type"),
                    .body = {},
                    .headers = {}};
  response.body = std::move(body);
  for (const auto& [name, value] : from.headers) response.headers.emplace(name, value);
  return response;
}

std::string without_query(const BaseUrl& url, const std::string& path_and_query) {
  return url.str() + path_and_query.substr(0, path_and_query.find('?'));
}

}  // namespace

Client::Client(const std::string& base_url, ClientOptions options)
    : base_url_(parse_base_url(base_url)), options_(std::move(options)) {}

Result<Response> Client::get(const std::string& path_and_query, Deadline deadline) const {
  return send("GET", path_and_query, "", "", deadline);
}

Result<Response> Client::post(const std::string& path_and_query, std::string_view body,
                              std::string_view content_type, Deadline deadline) const {
  return send("POST", path_and_query, body, content_type, deadline);
}

Result<Response> Client::send(const std::string& method, const std::string& path_and_query,
                              std::string_view body, std::string_view content_type, Deadline deadline) const {
  if (!base_url_) return std::unexpected(base_url_.error());
  const std::string what = options_.secret_path ? "no response from " + base_url_->endpoint.str()
                                                : method + " " + without_query(*base_url_, path_and_query);
  auto request = make_request(*base_url_, options_, method, path_and_query);
  if (!request) return wrap(request.error(), "{}", what);
  request->body = body;
  if (!content_type.empty()) request->headers.emplace("Content-Type", content_type);

  WaitLimit patience(deadline);
  Exchange exchange(patience);
  Connection client(*base_url_, options_.tls, exchange);
  httplib::Response head;
  bool no_body = false;
  request->response_handler = [&](const httplib::Response& response) {
    exchange.head_done = true;
    // RFC 9110 15.4.5: it has no body, and httplib would wait for one.
    no_body = response.status == 304;
    return !no_body;
  };
  std::string answer;
  request->content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    exchange.frame_bytes = 0;
    if (size > options_.max_body - answer.size()) {
      exchange.failed(fmt::format("the response is larger than {} bytes", options_.max_body));
      return false;
    }
    answer.append(data, size);
    return true;
  };
  httplib::Error error = httplib::Error::Success;
  if (!client.send(*request, head, error) && !no_body) return fail("{}: {}", what, describe(exchange, error));
  Response response = to_response(head, std::move(answer));
  if (auto location = raw_location(exchange.head)) {
    response.headers.erase("Location");
    response.headers.emplace("Location", std::move(*location));
  }
  return response;
}

Result<> Client::stream(const std::string& path_and_query, const std::function<void()>& connected,
                        const std::function<bool(std::string_view chunk)>& on_chunk, std::stop_token stop,
                        const Clock& clock) const {
  if (!base_url_) return std::unexpected(base_url_.error());
  const std::string what = "GET " + without_query(*base_url_, path_and_query);
  auto request = make_request(*base_url_, options_, "GET", path_and_query);
  if (!request) return wrap(request.error(), "{}", what);

  WaitLimit patience(Deadline::after(clock, kStreamBegins), stop);
  Exchange exchange(patience);
  Connection client(*base_url_, options_.tls, exchange);
  httplib::Response head;
  bool enough = false;
  request->response_handler = [&](const httplib::Response& response) {
    exchange.head_done = true;
    if (response.status != 200) return true;
    patience.forget_deadline();
    connected();
    return true;
  };
  std::string refusal;
  request->content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
    exchange.frame_bytes = 0;
    if (head.status != 200) {
      refusal.append(data, std::min(size, kMaxQuotedBody - refusal.size()));
      return true;
    }
    enough = stop.stop_requested() || !on_chunk(std::string_view(data, size));
    return !enough;
  };
  httplib::Error error = httplib::Error::Success;
  const bool ended = client.send(*request, head, error);
  if (enough || stop.stop_requested()) return {};
  if (exchange.head_done && head.status != 200) return fail("{}: {}: {}", what, head.status, refusal);
  if (!ended) return fail("{}: {}", what, describe(exchange, error));
  return {};
}

}  // namespace base::http
