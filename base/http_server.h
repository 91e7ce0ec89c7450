// The HTTP server of both programs. Sockets, limits, routes and answers are ours; cpp-httplib decodes what a
// request asks for.
//
// One thread accepts, reads and writes: it waits for every connection at once, so that an idle,
// silent or trickling client costs a file descriptor and bounded memory, never a thread. A request goes
// to the workers when all of it has arrived; its answer is buffered and flushed by the same thread, or
// streamed piece by piece. When there are too many connections or bytes, the oldest unfinished ones make
// room.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/cross_site.h"
#include "base/http.h"
#include "base/http_counts.h"
#include "base/http_lanes.h"
#include "base/http_limits.h"
#include "base/http_router.h"
#include "base/result.h"
#include "base/web_access.h"

namespace base::http {

// Routes are set before listen(). Handlers run on several threads at once; what one throws is answered
// with 500 and logged without the request's body. HEAD is answered wherever GET is. A path without a
// route is 404, a route with another method 405 with Allow. Bodies gzip'ed when the client accepts it.
// Requests other than GET and HEAD that come from another site's page are refused: base/cross_site.h.
class Server {
 public:
  Server(Limits limits, const Clock& clock);
  ~Server();  // stops

  // More workers, whose routes wait for no other lane's. Requests that wait for them are at most `queue`;
  // more are answered with 503. The lane 0 has Limits::workers.
  Lane add_lane(int workers, std::size_t queue);
  // For requests that name no route as it is written: unknown, or percent-encoded.
  void set_other_lane(Lane lane);
  // `path` is exact, or has `*` for whole segments: /api/v1/incidents/*.
  void handle(const std::string& method, const std::string& path, Handler handler, Lane lane = 0);
  void handle(const std::string& method, const std::string& path, Handler handler, ChooseLane lane);
  // Runs before routing; an answer ends the request there (authentication).
  void before(std::function<std::optional<Response>(const Request&)> filter);
  // Serves over TLS, authenticates and adds headers as `access` says, in place of before(). It outlives the
  // server.
  void protect(WebAccess& access);
  void set_site_rules(SiteRules rules);

  // `address` is host:port (port 0: any free one), [v6]:port, :port, or unix:///path. Binds, starts the
  // threads and returns; an error says what and why ("listen on 127.0.0.1:9469: address already in use").
  Result<> listen(const std::string& address);
  int port() const;  // the one bound; 0 for a Unix socket
  // Stops accepting, lets running handlers end, flushes what is answered within 2 s, closes the rest. A
  // handler that runs longer is waited for, its answer is not sent. Idempotent; not from a handler.
  void stop();
  // Also while it runs.
  ServerCounts counts() const;

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace base::http
