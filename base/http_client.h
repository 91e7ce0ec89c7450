// The HTTP client of both programs, over TCP, TLS or a Unix socket, on cpp-httplib.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/http.h"
#include "base/result.h"
#include "base/tls_options.h"
#include "base/url.h"

namespace base::http {

struct ClientOptions {
  Headers headers = {};                     // sent with every request
  std::size_t max_body = 16 * 1024 * 1024;  // a larger answer is an error
  tls::ClientOptions tls = {};              // for https://
  // At most one of them. The files hold secrets and are read at every call.
  std::string username = {};          // basic authentication, with the password in
  std::string password_file = {};     // this file
  std::string credentials_file = {};  // a bearer token
  bool secret_path = false;           // an error names the host alone
};

// Thread-safe: every call opens its own connection. An error means that no whole answer came before the
// deadline (refused, timed out, cut, too large) and names the URL without its query and without user info;
// any status code that came is a value, not an error. Its reason tells apart a name that cannot be resolved,
// a refused connection, a certificate that is not trusted, and what was waited for when time ran out.
// Redirects are not followed (base/http_redirect.h does); the values of an answer's headers but Location come
// percent-decoded. The deadline bounds everything, a peer that trickles too, but for resolving a host name
// (the resolver's own limit).
class Client {
 public:
  // http://host:port[/prefix], https://…, unix:///run/docker.sock. A malformed one fails at each call.
  explicit Client(const std::string& base_url, ClientOptions options = {});

  // `path_and_query` is percent-encoded.
  Result<Response> get(const std::string& path_and_query, Deadline deadline) const;
  Result<Response> post(const std::string& path_and_query, std::string_view body,
                        std::string_view content_type, Deadline deadline) const;
  Result<Response> send(const std::string& method, const std::string& path_and_query, std::string_view body,
                        std::string_view content_type, Deadline deadline) const;

  // Follows an endless answer until it ends, the callback returns false or stop is requested (noticed at
  // once, also while nothing arrives). `connected` is called once after a 200. A status other than 200 is an
  // error that quotes it, and so is an answer that has not begun after 10 s. Being stopped, by the callback
  // or by the token, is success.
  Result<> stream(const std::string& path_and_query, const std::function<void()>& connected,
                  const std::function<bool(std::string_view chunk)>& on_chunk, std::stop_token stop,
                  const Clock& clock) const;

 private:
  Result<BaseUrl> base_url_;
  ClientOptions options_;
};

}  // namespace base::http
