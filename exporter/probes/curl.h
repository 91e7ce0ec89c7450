// Connections and HTTP exchanges of probes, through libcurl: the only file that includes <curl/curl.h>.
// Unlike base/http/client.h it resolves names within the deadline, follows redirects, returns a failure as a
// closed reason, and returns when the peer's certificate expires even when it is not valid.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/url.h"
#include "base/os/clock.h"
#include "exporter/probes/probe_result.h"

namespace exporter::probes {

struct TlsOptions {
  bool verify = true;       // the chain and the name
  std::string ca_file;      // PEM; empty: the system's certificates
  std::string server_name;  // instead of the address's host
  bool operator==(const TlsOptions&) const = default;
};

struct HttpRequest {
  std::string url;  // http:// or https://, without user info
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int max_redirects = 0;
  std::string user;      // with password: basic authentication; not sent to another host after a redirect
  std::string password;  //
  std::string bearer;    // likewise
  TlsOptions tls;
};

struct HttpExchange {
  Failure failure;  // kNone: a complete response of any status
  int status = 0;   // of the last response; 0: none
  std::string body;
  std::optional<base::WallTime> certificate_expires;
};

// Blocks until the response is complete, the deadline passes or a stop is requested (noticed within a
// second). A response larger than `max_body` is a kBody failure. Uses no proxy and no .netrc.
HttpExchange http_exchange(const HttpRequest& request, std::size_t max_body, base::Deadline deadline,
                           const std::stop_token& stop);

// A connected stream. For one thread at a time; deadline and stop are those of dial().
class Connection {
 public:
  Outcome<void> send(std::string_view bytes);
  // At least one byte, at most 16 KiB; empty when the peer closed the connection.
  Outcome<std::string> receive();

 private:
  friend struct Dialled dial(const base::Endpoint&, const std::optional<TlsOptions>&, base::Deadline,
                             const std::stop_token&);
  struct State;
  explicit Connection(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

struct Dialled {
  Outcome<Connection> connection;
  std::optional<base::WallTime> certificate_expires;
};

// Connects over TCP or a Unix socket, with TLS when options for it are given.
Dialled dial(const base::Endpoint& endpoint, const std::optional<TlsOptions>& tls, base::Deadline deadline,
             const std::stop_token& stop);

}  // namespace exporter::probes
