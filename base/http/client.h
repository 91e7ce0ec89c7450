// The HTTP client of both programs, over TCP, TLS or a Unix socket.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/crypto/tls_options.h"
#include "base/http/http.h"
#include "base/http/url.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace base::http {

struct ClientOptions {
  Headers headers = {};                     // sent with every request
  std::size_t max_body = 16 * 1024 * 1024;  // a larger response is an error
  tls::ClientOptions tls = {};              // for https://
  // Set at most one kind. The files contain secrets and are read at every call.
  std::string username = {};          // basic authentication, with the password in
  std::string password_file = {};     // this file
  std::string credentials_file = {};  // a bearer token
  bool secret_path = false;           // errors name only the host
};

// Thread-safe: every call opens its own connection. An error means that no complete response arrived before
// the deadline (refused, timed out, cut, too large). It names the URL without query and user info. Any status
// code is a value, not an error. The reason distinguishes a name that cannot be resolved, a refused
// connection, an untrusted certificate, and the phase in which the time ran out. Redirects are not followed
// (base/http/redirect.h does). The deadline covers everything, also a peer that sends slowly, except
// resolving the host name (the resolver has its own limit).
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

  // Follows a streaming response until it ends, the callback returns false or stop is requested (takes effect
  // at once, also while nothing arrives). `connected` is called once after a 200. A status other than 200 is
  // an error that quotes the status; no response within 10 s is an error too. Being stopped by the callback
  // or the token is success.
  Result<> stream(const std::string& path_and_query, const std::function<void()>& connected,
                  const std::function<bool(std::string_view chunk)>& on_chunk, std::stop_token stop,
                  const Clock& clock) const;

 private:
  Result<BaseUrl> base_url_;
  ClientOptions options_;
};

}  // namespace base::http
