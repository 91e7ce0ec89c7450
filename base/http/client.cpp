#include "base/http/client.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/crypto/tls_client.h"
#include "base/http/response_reader.h"
#include "base/os/file.h"
#include "base/os/socket.h"
#include "base/text/base64.h"

namespace base::http {
namespace {

constexpr std::size_t kMaxQuotedBody = 4 * 1024;
constexpr auto kStreamBegins = std::chrono::seconds(10);

// A connection whose calls end with the wait limit. Errors are only the reason.
class Connection {
 public:
  explicit Connection(WaitLimit& patience) : patience_(patience) {}
  ~Connection() {
    ERR_clear_error();
    if (session_) SSL_shutdown(session_.get());
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<> open(const BaseUrl& url, const tls::ClientOptions& options) {
    auto connected = connect_to(url.endpoint, patience_);
    if (!connected) return std::unexpected(connected.error());
    socket_ = std::move(*connected);
    if (url.tls) {
      phase_ = "during the TLS handshake";
      auto session = tls::connect(socket_.get(), url.endpoint.host, options, patience_);
      if (!session) return std::unexpected(session.error());
      session_ = std::move(*session);
    }
    phase_ = "while waiting for the response";
    return {};
  }
  Result<> send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = complete([&] { return try_send(bytes); });
      if (!sent) return std::unexpected(sent.error());
      if (*sent == 0) return fail("the connection was closed while sending");
      bytes.remove_prefix(*sent);
    }
    return {};
  }
  // The next bytes, valid until the next call; empty at the end of the connection.
  Result<std::string_view> receive() {
    const auto received = complete([this] { return try_receive(); });
    if (!received) return std::unexpected(received.error());
    return std::string_view(buffer_.data(), *received);
  }
  // What it waits for: "while connecting".
  std::string_view phase() const { return phase_; }

 private:
  // One attempt: the bytes transferred (0: end), an error, or the event to wait for first.
  struct Attempt {
    Result<std::size_t> bytes = std::size_t{0};
    short wait_for = 0;
  };

  Attempt try_receive() {
    ERR_clear_error();
    if (session_) return tls(SSL_read(session_.get(), buffer_.data(), static_cast<int>(buffer_.size())));
    return plain(::recv(socket_.get(), buffer_.data(), buffer_.size(), 0), POLLIN);
  }
  Attempt try_send(std::string_view bytes) {
    ERR_clear_error();
    const int size = static_cast<int>(std::min(bytes.size(), buffer_.size()));
    if (session_) return tls(SSL_write(session_.get(), bytes.data(), size));
    return plain(::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), POLLOUT);
  }
  static Attempt plain(ssize_t result, short event) {
    if (result >= 0) return {.bytes = static_cast<std::size_t>(result)};
    if (errno == EAGAIN || errno == EINTR) return {.wait_for = event};
    return {.bytes = fail("{}", errno_text(errno))};
  }
  Attempt tls(int result) {
    if (result > 0) return {.bytes = static_cast<std::size_t>(result)};
    switch (SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {.wait_for = POLLIN};
      case SSL_ERROR_WANT_WRITE:
        return {.wait_for = POLLOUT};
      case SSL_ERROR_ZERO_RETURN:
        return {};
      case SSL_ERROR_SSL:
        // With TLS 1.3 a rejected client certificate is reported here, after a successful handshake.
        if (ERR_GET_REASON(ERR_peek_error()) != SSL_R_UNEXPECTED_EOF_WHILE_READING)
          return {.bytes = fail("TLS: {}", tls::error_text())};
        break;
      default:
        break;
    }
    // Without the end that TLS announces, the response may have been cut.
    return {.bytes = fail("the connection was closed before the response was complete")};
  }
  template <class Try>
  Result<std::size_t> complete(Try attempt) {
    while (!patience_.over()) {
      Attempt result = attempt();
      if (result.wait_for == 0) return std::move(result.bytes);
      if (patience_.wait(socket_.get(), result.wait_for) != WaitLimit::Outcome::kReady) break;
    }
    return fail("timed out");
  }

  WaitLimit& patience_;
  Descriptor socket_;
  tls::Session session_;  // null without TLS
  std::string_view phase_ = "while connecting";
  std::array<char, 16 * 1024> buffer_;
};

// The Authorization header that the options require; nullopt when none.
Result<std::optional<std::string>> authorization(const BaseUrl& url, const ClientOptions& options) {
  const auto basic = [](const std::string& user, const std::string& password) {
    return "Basic " + base64(user + ":" + password);
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

void add_default(Headers& headers, const char* name, std::string value) {
  if (!headers.contains(name)) headers.emplace(name, std::move(value));
}

// The value of Host, without the scheme's default port. A Unix socket has no name, and the Docker Engine
// refuses a request without a host.
std::string host_of(const BaseUrl& url) {
  if (!url.endpoint.unix_path.empty()) return "localhost";
  std::string host = url.endpoint.str();
  if (url.endpoint.port == (url.tls ? 443 : 80)) host.resize(host.rfind(':'));
  return host;
}

// The whole request.
Result<std::string> request_bytes(const BaseUrl& url, const ClientOptions& options, const std::string& method,
                                  const std::string& path_and_query, std::string_view body,
                                  std::string_view content_type) {
  const std::string path = url.prefix + path_and_query;
  for (const char c : path) {
    if (c <= ' ' || c >= 0x7f) return fail("the path is not percent-encoded");
  }
  if (!path_and_query.starts_with('/')) return fail("the path does not begin with a slash");
  Headers headers = options.headers;
  for (const auto& [name, value] : headers) {
    if (!is_one_line(name + value)) return fail("the header {} contains a line break", name);
  }
  const auto secret = authorization(url, options);
  if (!secret) return std::unexpected(secret.error());
  if (*secret && !is_one_line(**secret)) return fail("the secret contains a line break");
  if (*secret) headers.emplace("Authorization", **secret);
  if (!content_type.empty()) headers.emplace("Content-Type", content_type);
  if (!body.empty()) add_default(headers, "Content-Type", "text/plain");
  if (!body.empty() || method == "POST" || method == "PUT" || method == "PATCH")
    add_default(headers, "Content-Length", std::to_string(body.size()));
  add_default(headers, "Host", host_of(url));
  add_default(headers, "Accept", "*/*");
  add_default(headers, "User-Agent", "salus");
  add_default(headers, "Connection", "close");
  std::string bytes = fmt::format("{} {} HTTP/1.1\r\n", method, path);
  for (const auto& [name, value] : headers)
    fmt::format_to(std::back_inserter(bytes), "{}: {}\r\n", name, value);
  bytes += "\r\n";
  bytes += body;
  return bytes;
}

// Sends a request and reads the response, appending its body to `body`. Calls `arrived` whenever some of it
// was read; false ends the exchange.
template <class Arrived>
Result<> exchange(Connection& connection, const BaseUrl& url, const tls::ClientOptions& options,
                  std::string_view request, ResponseReader& response, std::string& body, Arrived arrived) {
  if (auto opened = connection.open(url, options); !opened) return opened;
  if (auto sent = connection.send(request); !sent) return sent;
  while (!response.complete()) {
    const auto bytes = connection.receive();
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty() && response.ends_with_connection()) return {};
    if (bytes->empty()) return fail("the connection was closed before the response was complete");
    if (auto read = response.push(*bytes, body); !read) return read;
    const Result<bool> more = arrived();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
  }
  return {};
}

// Why an exchange failed.
std::string describe(const Error& error, const WaitLimit& patience, const Connection& connection) {
  switch (patience.last()) {
    case WaitLimit::Outcome::kTimedOut:
      return fmt::format("timed out {}", connection.phase());
    case WaitLimit::Outcome::kStopped:
      return "stopped";
    case WaitLimit::Outcome::kReady:
      break;
  }
  return error.message;
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
  const auto request = request_bytes(*base_url_, options_, method, path_and_query, body, content_type);
  if (!request) return wrap(request.error(), "{}", what);

  WaitLimit patience(deadline);
  Connection connection(patience);
  ResponseReader reader(method == "HEAD");
  Response response;
  const auto done =
      exchange(connection, *base_url_, options_.tls, *request, reader, response.body, [&]() -> Result<bool> {
        if (response.body.size() <= options_.max_body) return true;
        return fail("the response is larger than {} bytes", options_.max_body);
      });
  if (!done) return fail("{}: {}", what, describe(done.error(), patience, connection));
  response.status = reader.status();
  response.headers = reader.headers();
  const auto type = response.headers.find("Content-Type");
  response.content_type = type == response.headers.end() ? "" : type->second;
  return response;
}

Result<> Client::stream(const std::string& path_and_query, const std::function<void()>& connected,
                        const std::function<bool(std::string_view chunk)>& on_chunk, std::stop_token stop,
                        const Clock& clock) const {
  if (!base_url_) return std::unexpected(base_url_.error());
  const std::string what = "GET " + without_query(*base_url_, path_and_query);
  const auto request = request_bytes(*base_url_, options_, "GET", path_and_query, "", "");
  if (!request) return wrap(request.error(), "{}", what);

  WaitLimit patience(Deadline::after(clock, kStreamBegins), stop);
  Connection connection(patience);
  ResponseReader response;
  bool is_connected = false;
  bool enough = false;
  std::string body;  // not passed on yet, or the beginning of a refusal
  const auto done =
      exchange(connection, *base_url_, options_.tls, *request, response, body, [&]() -> Result<bool> {
        if (response.status() != 200) {
          body.resize(std::min(body.size(), kMaxQuotedBody));
          return true;
        }
        if (!is_connected) {
          is_connected = true;
          patience.forget_deadline();
          connected();
        }
        enough = stop.stop_requested() || (!body.empty() && !on_chunk(body));
        body.clear();
        return !enough;
      });
  if (enough || stop.stop_requested()) return {};
  if (response.status() != 0 && response.status() != 200)
    return fail("{}: {}: {}", what, response.status(), body);
  if (!done) return fail("{}: {}", what, describe(done.error(), patience, connection));
  return {};
}

}  // namespace base::http
