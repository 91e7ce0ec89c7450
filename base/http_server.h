// The HTTP server of both programs, on cpp-httplib's parser and router.
//
// One thread accepts, reads and writes: it waits for every connection at once, so that an idle,
// silent or trickling client costs a file descriptor and bounded memory, never a thread. A request goes
// to the workers when all of it has arrived; its answer is buffered and flushed by the same thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/http.h"
#include "base/result.h"

namespace base::http {

using Handler = std::function<Response(const Request&)>;

struct Limits {
  std::size_t header_bytes = 16 * 1024;          // request line and headers; more: 431
  std::size_t body_bytes = 4 * 1024 * 1024;      // more, by Content-Length: 413. No length (chunked): 411
  std::size_t buffered_bytes = 64 * 1024 * 1024;  // of all connections together; more: 503
  std::size_t connections = 512;                 // further ones: the longest idle is closed, else 503
  Duration request = std::chrono::seconds(10);   // from the first byte of a request to the last byte of its answer
                                                 // (a handler's own time is not counted)
  Duration idle = std::chrono::seconds(120);     // between requests of one connection
  int workers = 4;                               // threads that run handlers
};

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

  // `address` is host:port (port 0: any free one), [v6]:port, :port, or unix:///path. Binds, starts the threads
  // and returns; an error says what and why ("listen on 127.0.0.1:9469: address already in use").
  Result<> listen(const std::string& address);
  int port() const;  // the one bound; 0 for a Unix socket
  // Stops accepting, lets running handlers end and their answers flush (2 s at most), closes the rest. Idempotent.
  void stop();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace base::http
