// The HTTP server of both programs.
//
// One thread accepts, reads and writes: it waits for every connection at once, so that an idle, silent or
// trickling client costs a file descriptor and bounded memory, never a thread. A complete request goes to the
// workers; the same thread sends the response, buffered or streamed piece by piece. When there are too many
// connections or bytes, the oldest unfinished connections are closed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/http/http.h"
#include "base/http/server/counts.h"
#include "base/http/server/lanes.h"
#include "base/http/server/limits.h"
#include "base/http/server/router.h"
#include "base/http/web/cross_site.h"
#include "base/http/web/web_access.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace base::http {

// Routes are set before listen(). Handlers run on several threads; an exception becomes a 500 and is logged
// without the request's body. HEAD is answered wherever GET is. A path without a route is 404, a route with
// another method 405 with Allow. Bodies gzip'ed when the client accepts it. Requests other than GET and HEAD
// that come from another site's page are refused: base/http/web/cross_site.h.
class Server {
 public:
  Server(Limits limits, const Clock& clock);
  ~Server();  // stops

  // Adds a lane: workers that only serve its own routes. At most `queue` requests wait for them; further ones
  // get 503. Lane 0 has Limits::workers.
  Lane add_lane(int workers, std::size_t queue);
  // For requests whose raw path matches no route: unknown or percent-encoded.
  void set_other_lane(Lane lane);
  // `path` is exact, or has `*` for whole segments: /api/v1/incidents/*.
  void handle(const std::string& method, const std::string& path, Handler handler, Lane lane = 0);
  void handle(const std::string& method, const std::string& path, Handler handler, ChooseLane lane);
  // Runs before routing; a returned response ends the request (authentication).
  void before(std::function<std::optional<Response>(const Request&)> filter);
  // Serves over TLS, authenticates and adds headers as `access` says, in place of before(). It outlives the
  // server.
  void protect(WebAccess& access);
  void set_site_rules(SiteRules rules);

  // `address` is host:port (port 0: any free one), [v6]:port, :port, or unix:///path. Binds, starts the
  // threads and returns; an error says what and why ("listen on 127.0.0.1:9469: address already in use").
  Result<> listen(const std::string& address);
  int port() const;  // the one bound; 0 for a Unix socket
  // Stops accepting, sends finished responses for at most 2 s and closes the remaining connections. Waits for
  // running handlers; a response that is finished later is not sent. Idempotent; must not be called from a
  // handler.
  void stop();
  // Callable while the server runs.
  ServerCounts counts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace base::http
