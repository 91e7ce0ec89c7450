// What --web.config.file demands of a server's clients: TLS, a password, a rate; and what is added to its
// answers.
//
// The file and those it names are looked at before each connection and each request, by their size, inode and
// modification time, and read again when one has changed. A change that is wrong is logged once and changes
// nothing; so is one after which nobody would have to show a password or a certificate any more.
//
// A password that is not known is hashed before the request's body is read and before a worker has it:
// admit() holds the request for so long.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/basic_auth.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/http_connection.h"
#include "base/password_queue.h"
#include "base/result.h"
#include "base/yaml.h"

namespace base::http {

struct WebConfig;

// Thread-safe, but for accept_also().
class WebAccess {
 public:
  // Notes every problem of the file and of those it names. An empty name has none.
  static void check(const std::string& file, yaml::Problems& problems);
  // The error holds every problem, one a line; nullptr when `file` is empty.
  static Result<std::unique_ptr<WebAccess>> open(const std::string& file, const Clock& clock);
  ~WebAccess();

  // Who shows this credential needs no password. Before the server listens.
  void accept_also(std::function<bool(const Request&)> credential);

  bool tls() const;
  // The transport of an accepted socket, which outlives it: TLS, or plain where the file says nothing of TLS.
  std::unique_ptr<Transport> transport(int socket);
  // Whether a request with these headers may go on at once. Else `resume` is called later, once, from another
  // thread. Does not block, but for a look at the files.
  bool admit(const Headers& headers, const std::string& peer, std::function<void()> resume);
  // Waits for a `resume` under way; none is called from then on.
  void stop_admitting() { queue_.stop(); }
  // Nothing when the request may be answered, else what to answer: 401, 429 or, when its password has not
  // been hashed, 503.
  std::optional<Response> refuse(const Request& request);
  // Those of the configuration replace the answer's own.
  void add_headers(Response& response);
  // Whether the last change of the files was taken up.
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
  mutable std::mutex mutex_;             // of what follows
  std::shared_ptr<const Setup> setup_;   // what holds
  std::shared_ptr<const Setup> newest_;  // what was read last; the same, unless it was wrong
  double tokens_ = 0;                    // of the rate's bucket
  std::optional<MonoTime> filled_at_;
  std::optional<MonoTime> logged_at_;
  std::uint64_t unlogged_ = 0;
  PasswordQueue queue_;  // last: its thread uses the others
};

}  // namespace base::http
