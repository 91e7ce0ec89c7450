// Enforces --web.config.file: TLS, passwords, a rate limit, and headers that are added to responses.
//
// Before each connection and each request, size, inode and modification time of the file and the files it
// names are checked; they are read again when one has changed. An invalid change is logged once and has no
// effect. The same applies to a change that would end the requirement of a password or a client certificate.
//
// A password without a cached result is hashed before the request's body is read and before a worker gets it;
// admit() holds the request until then.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"
#include "base/http/server/connection.h"
#include "base/http/web/basic_auth.h"
#include "base/http/web/password_queue.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "base/yaml/yaml.h"

namespace base::http {

struct WebConfig;

// Thread-safe except accept_also().
class WebAccess {
 public:
  // Adds every problem of the file and the files it names. An empty name has none.
  static void check(const std::string& file, yaml::Problems& problems);
  // The error holds every problem, one a line; nullptr when `file` is empty.
  static Result<std::unique_ptr<WebAccess>> open(const std::string& file, const Clock& clock);
  ~WebAccess();

  // Requests with this credential need no password. Call before the server listens.
  void accept_also(std::function<bool(const Request&)> credential);

  bool tls() const;
  // The transport of an accepted socket, which outlives it: TLS if the file configures it, else plain.
  std::unique_ptr<Transport> transport(int socket);
  // Whether a request with these headers may continue at once. If not, `resume` is called later, once, from
  // another thread. Blocks only for checking the files.
  bool admit(const Headers& headers, const std::string& peer, std::function<void()> resume);
  // Waits for a running `resume`; none is called afterwards.
  void stop_admitting() { queue_.stop(); }
  // nullopt when the request is allowed, else the response: 401, 429 or, when its password has not been
  // hashed, 503.
  std::optional<Response> refuse(const Request& request);
  // Adds the configured headers; they replace those of the response.
  void add_headers(Response& response);
  // Whether the last change of the files took effect.
  bool up_to_date() const;

 private:
  struct Setup;
  WebAccess(std::shared_ptr<const Setup> setup, const Clock& clock);
  static std::shared_ptr<const Setup> load(const std::string& file, yaml::Problems& problems);
  void look_again();
  std::shared_ptr<const Setup> setup();
  std::optional<Response> refuse_user(const Setup& setup, const Request& request);
  void fill_bucket(const WebConfig& config);
  bool within_rate(const Setup& setup);
  bool rate_exhausted(const Setup& setup);
  void log_refused_handshake(std::string_view why);

  const Clock& clock_;
  std::function<bool(const Request&)> credential_;
  BasicAuth users_;
  mutable std::mutex mutex_;             // guards the members below
  std::shared_ptr<const Setup> setup_;   // the configuration in use
  std::shared_ptr<const Setup> newest_;  // the configuration read last; differs from setup_ if it was invalid
  double tokens_ = 0;                    // in the bucket of the rate limit
  std::optional<MonoTime> filled_at_;
  std::optional<MonoTime> logged_at_;
  std::uint64_t unlogged_ = 0;
  PasswordQueue queue_;  // declared last: its thread uses the other members
};

}  // namespace base::http
