#include "exporter/probes/curl.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "base/os/socket.h"

namespace exporter::probes {
namespace {

std::optional<base::WallTime> to_time(const ASN1_TIME* time) {
  std::tm fields{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  return base::from_unix_seconds(static_cast<double>(::timegm(&fields)));
}

// OpenSSL calls this for each certificate that it verifies, valid or not: the expiry is noted before curl
// reports that the certificate is invalid.
int note_expiry(int verdict, X509_STORE_CTX* store) {
  auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* const earliest =
      static_cast<std::optional<base::WallTime>*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto note = [&](const X509* certificate) {
    const auto expires = certificate == nullptr ? std::nullopt : to_time(X509_get0_notAfter(certificate));
    if (expires && (!*earliest || *expires < **earliest)) *earliest = expires;
  };
  note(X509_STORE_CTX_get0_cert(store));
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_untrusted(store);
  for (int i = 0; chain != nullptr && i < sk_X509_num(chain); ++i) note(sk_X509_value(chain, i));
  return verdict;
}

Reason reason_of(CURLcode code, long system_error) {
  switch (code) {
    case CURLE_OK:
      return Reason::kNone;
    case CURLE_COULDNT_RESOLVE_HOST:
      return Reason::kResolve;
    case CURLE_COULDNT_CONNECT:
      return system_error == ECONNREFUSED ? Reason::kConnectRefused : Reason::kConnect;
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return Reason::kTimeout;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return Reason::kTls;
    case CURLE_TOO_MANY_REDIRECTS:
      return Reason::kRedirect;
    default:
      return Reason::kProtocol;
  }
}

// One transfer of libcurl.
class Easy {
 public:
  Easy(base::Deadline deadline, const std::stop_token& stop) : deadline_(deadline), stop_(stop) {
    // Thread-safe, and never undone: libraries below it cannot be initialized twice.
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_.reset(ready == CURLE_OK ? curl_easy_init() : nullptr);
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a resolver that hangs is not waited for
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFODATA, this);
    set(
        CURLOPT_XFERINFOFUNCTION, +[](void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
          return static_cast<Easy*>(self)->stop_.stop_requested() ? 1 : 0;
        });
  }

  CURL* handle() const { return handle_.get(); }
  template <class T>
  void set(CURLoption option, T value) {
    if (handle_) curl_easy_setopt(handle_.get(), option, value);
  }
  void set_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
    for (const auto& [name, value] : headers) {
      // curl sends a header without a value only when it ends with a semicolon.
      const std::string line = value.empty() ? name + ";" : name + ": " + value;
      headers_.reset(curl_slist_append(headers_.release(), line.c_str()));
    }
    set(CURLOPT_HTTPHEADER, headers_.get());
  }
  // Call it after the URL is known. With another server name, the URL contains that name and the connection
  // still goes to the URL's host.
  void set_tls(const std::string& url, const TlsOptions& tls) {
    set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    if (!tls.ca_file.empty()) set(CURLOPT_CAINFO, tls.ca_file.c_str());
    set(CURLOPT_SSL_CTX_DATA, &expires_);
    set(
        CURLOPT_SSL_CTX_FUNCTION, +[](CURL*, void* context, void* earliest) {
          auto* const ssl = static_cast<SSL_CTX*>(context);
          SSL_CTX_set_app_data(ssl, earliest);
          SSL_CTX_set_verify(ssl, SSL_CTX_get_verify_mode(ssl), note_expiry);
          return CURLE_OK;
        });
    if (tls.server_name.empty()) {
      set(CURLOPT_URL, url.c_str());
      return;
    }
    const std::unique_ptr<CURLU, void (*)(CURLU*)> parts(curl_url(), curl_url_cleanup);
    curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
    char* host = nullptr;
    char* port = nullptr;
    curl_url_get(parts.get(), CURLUPART_HOST, &host, 0);
    curl_url_get(parts.get(), CURLUPART_PORT, &port, CURLU_DEFAULT_PORT);
    connect_to_.reset(
        curl_slist_append(nullptr, fmt::format("{}:{}:{}:{}", tls.server_name, port, host, port).c_str()));
    curl_free(host);
    curl_free(port);
    set(CURLOPT_CONNECT_TO, connect_to_.get());
    curl_url_set(parts.get(), CURLUPART_HOST, tls.server_name.c_str(), 0);
    char* named = nullptr;
    curl_url_get(parts.get(), CURLUPART_URL, &named, 0);
    set(CURLOPT_URL, named);
    curl_free(named);
  }

  Failure perform() {
    if (!handle_) return {Reason::kProtocol, "failed to initialize libcurl"};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_.remaining());
    set(CURLOPT_TIMEOUT_MS, std::max(1L, static_cast<long>(left.count())));
    return failure(curl_easy_perform(handle()));
  }
  Failure failure(CURLcode code) const {
    long system_error = 0;
    curl_easy_getinfo(handle(), CURLINFO_OS_ERRNO, &system_error);
    long status = 0;
    curl_easy_getinfo(handle(), CURLINFO_RESPONSE_CODE, &status);
    // Without an earlier response, the data is not HTTP; with one, a redirect named another protocol.
    const bool elsewhere = code == CURLE_UNSUPPORTED_PROTOCOL && status != 0;
    const Reason reason = elsewhere ? Reason::kRedirect : reason_of(code, system_error);
    if (reason == Reason::kNone) return {};
    return {reason, error_[0] != '\0' ? error_.data() : curl_easy_strerror(code)};
  }
  std::optional<base::WallTime> certificate_expires() const { return expires_; }
  base::Deadline deadline() const { return deadline_; }
  const std::stop_token& stop() const { return stop_; }

 private:
  base::Deadline deadline_;
  std::stop_token stop_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::optional<base::WallTime> expires_;
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers_{nullptr, curl_slist_free_all};
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> connect_to_{nullptr, curl_slist_free_all};
  std::unique_ptr<CURL, void (*)(CURL*)> handle_{nullptr,
                                                 curl_easy_cleanup};  // destroyed first: it uses the others
};

// The part of the response body that is kept.
struct Body {
  std::string bytes;
  std::size_t max = 0;
  bool too_large = false;

  static std::size_t take(const char* data, std::size_t one, std::size_t size, void* self) {
    auto& body = *static_cast<Body*>(self);
    body.too_large = size * one > body.max - body.bytes.size();
    if (body.too_large) return 0;
    body.bytes.append(data, size * one);
    return size * one;
  }
};

}  // namespace

HttpExchange http_exchange(const HttpRequest& request, std::size_t max_body, base::Deadline deadline,
                           const std::stop_token& stop) {
  Body body{.bytes = {}, .max = max_body};
  Easy easy(deadline, stop);
  easy.set_tls(request.url, request.tls);
  easy.set_headers(request.headers);
  easy.set(CURLOPT_USERAGENT, "salus");
  if (!request.body.empty()) {
    easy.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    easy.set(CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") {
    easy.set(CURLOPT_NOBODY, 1L);
  } else if (request.method != "GET" || !request.body.empty()) {
    easy.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  easy.set(CURLOPT_FOLLOWLOCATION, request.max_redirects > 0 ? 1L : 0L);
  easy.set(CURLOPT_MAXREDIRS, static_cast<long>(request.max_redirects));
  if (!request.user.empty()) {
    easy.set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    easy.set(CURLOPT_USERNAME, request.user.c_str());
    easy.set(CURLOPT_PASSWORD, request.password.c_str());
  }
  if (!request.bearer.empty()) {
    easy.set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    easy.set(CURLOPT_XOAUTH2_BEARER, request.bearer.c_str());
  }
  easy.set(CURLOPT_WRITEDATA, &body);
  easy.set(CURLOPT_WRITEFUNCTION, &Body::take);

  HttpExchange exchange;
  exchange.failure = easy.perform();
  if (body.too_large)
    exchange.failure = {Reason::kBody, fmt::format("the response is larger than {} bytes", max_body)};
  long status = 0;
  curl_easy_getinfo(easy.handle(), CURLINFO_RESPONSE_CODE, &status);
  exchange.status = static_cast<int>(status);
  exchange.body = std::move(body.bytes);
  exchange.certificate_expires = easy.certificate_expires();
  return exchange;
}

struct Connection::State {
  State(base::Deadline deadline, const std::stop_token& stop)
      : easy(deadline, stop), patience(deadline, stop) {}

  // False when the deadline has passed.
  bool wait(short events) { return patience.wait(socket, events) == base::WaitLimit::Outcome::kReady; }

  Easy easy;
  base::WaitLimit patience;
  curl_socket_t socket = CURL_SOCKET_BAD;
};

Outcome<void> Connection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(state_->easy.handle(), bytes.data(), bytes.size(), &sent);
    if (code == CURLE_AGAIN) {
      if (!state_->wait(POLLOUT)) return failed(Reason::kTimeout, "timed out while sending");
      continue;
    }
    if (code != CURLE_OK) return failed(Reason::kProtocol, "connection lost while sending");
    bytes.remove_prefix(sent);
  }
  return {};
}

Outcome<std::string> Connection::receive() {
  std::string bytes(16 * 1024, '\0');
  for (;;) {
    std::size_t got = 0;
    const CURLcode code = curl_easy_recv(state_->easy.handle(), bytes.data(), bytes.size(), &got);
    if (code == CURLE_AGAIN) {
      if (!state_->wait(POLLIN)) return failed(Reason::kTimeout, "timed out while waiting for a response");
      continue;
    }
    if (code != CURLE_OK) return failed(Reason::kProtocol, "connection lost");
    bytes.resize(got);
    return bytes;
  }
}

Dialled dial(const base::Endpoint& endpoint, const std::optional<TlsOptions>& tls, base::Deadline deadline,
             const std::stop_token& stop) {
  auto state = std::make_shared<Connection::State>(deadline, stop);
  Easy& easy = state->easy;
  const bool local = !endpoint.unix_path.empty();
  const std::string address = local ? "localhost" : endpoint.str();
  easy.set_tls(fmt::format("{}://{}/", tls ? "https" : "http", address), tls.value_or(TlsOptions{}));
  if (local) easy.set(CURLOPT_UNIX_SOCKET_PATH, endpoint.unix_path.c_str());
  easy.set(CURLOPT_CONNECT_ONLY, 1L);
  easy.set(CURLOPT_SSL_ENABLE_ALPN, 0L);  // the protocol is not HTTP
  auto failure = easy.perform();
  if (failure.reason != Reason::kNone)
    return {std::unexpected(std::move(failure)), easy.certificate_expires()};
  curl_easy_getinfo(easy.handle(), CURLINFO_ACTIVESOCKET, &state->socket);
  return {Connection(std::move(state)), easy.certificate_expires()};
}

}  // namespace exporter::probes
