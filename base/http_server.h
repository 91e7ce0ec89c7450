// The HTTP server of both programs. Sockets, limits and routes are ours; cpp-httplib decodes what a request
// asks for and writes the answers.
//
// One thread accepts, reads and writes: it waits for every connection at once, so that an idle,
// silent or trickling client costs a file descriptor and bounded memory, never a thread. A request goes
// to the workers when all of it has arrived; its answer is buffered and flushed by the same thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/http.h"
#include "base/http_limits.h"
#include "base/http_router.h"
#include "base/result.h"
#include "base/web_access.h"

namespace base::http {

// Routes are set before listen(). Handlers run on several threads at once; what one throws is answered
// with 500 and logged without the request's body. HEAD is answered wherever GET is. A path without a
// route is 404, a route with another method 405 with Allow. Bodies gzip'ed when the client accepts it.
class Server {
 public:
  Server(Limits limits, const Clock& clock);
  ~Server();  // stops

  // `path` is exact, or has `*` for whole segments: /api/v1/incidents/*.
  void handle(const std::string& method, const std::string& path, Handler handler);
  // Runs before routing; an answer ends the request there (authentication).
  void before(std::function<std::optional<Response>(const Request&)> filter);
  // Serves over TLS, authenticates and adds headers as `access` says, in place of before(). It outlives the
  // server.
  void protect(WebAccess& access);

  // `address` is host:port (port 0: any free one), [v6]:port, :port, or unix:///path. Binds, starts the
  // threads and returns; an error says what and why ("listen on 127.0.0.1:9469: address already in use").
  Result<> listen(const std::string& address);
  int port() const;  // the one bound; 0 for a Unix socket
  // Stops accepting, lets running handlers end, flushes what is answered within 2 s, closes the rest. A
  // handler that runs longer is waited for, its answer is not sent. Idempotent; not from a handler.
  void stop();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace base::http
