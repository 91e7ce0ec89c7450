#include "base/http/server/server.h"

#include <unistd.h>

#include <thread>

#include "base/http/server/answer.h"
#include "base/http/server/loop.h"
#include "base/http/url.h"
#include "base/log.h"
#include "base/os/memory_reserve.h"
#include "base/os/socket.h"

namespace base::http {
namespace {

// Decodes path and query. False when they are malformed.
bool read_target(std::string_view target, Request& to) {
  const auto mark = target.find('?');
  auto path = percent_decode(target.substr(0, mark));
  auto query = parse_query(mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1));
  if (!path || !query) return false;
  to.path = std::move(*path);
  to.query = std::move(*query);
  return true;
}

// Number of pieces that are read from disk at a time.
constexpr int kStreamWorkers = 2;
constexpr std::size_t kPiece = 128 * 1024;
constexpr auto kRetry = std::chrono::milliseconds(10);
// A parsed body can take many times its size, so few large bodies are handled at once.
constexpr std::size_t kLargeBody = 256 * 1024;
constexpr int kLargeWorkers = 2;
constexpr std::size_t kMostLarge = 64;

}  // namespace

class Server::Loop {
 public:
  Loop(Limits limits, const Clock& clock) : limits_(limits), clock_(clock) {
    lanes_.add(limits_.workers, limits_.queue);
  }
  ~Loop() { stop(); }

  Router& router() { return router_; }
  Lanes& lanes() { return lanes_; }
  void set_site_rules(SiteRules rules) { site_rules_ = std::move(rules); }
  void protect(WebAccess& access) {
    access_ = &access;
    router_.before([&access](const Request& request) { return access.refuse(request); });
  }
  int port() const { return port_; }
  ServerCounts counts() const { return events_ ? events_->counts() : ServerCounts{}; }

  Result<> listen(const std::string& address) {
    const auto endpoint = parse_listen_address(address);
    if (!endpoint) return wrap(endpoint.error(), "listen on {}", address);
    auto listener = listen_on(*endpoint);
    if (!listener) return std::unexpected(listener.error());
    port_ = bound_port(*listener);
    socket_file_ = endpoint->unix_path;
    // Each stream has at most one pending piece.
    stream_lane_ = lanes_.add(kStreamWorkers, limits_.streams + limits_.connections);
    large_lane_ = lanes_.add(kLargeWorkers, kMostLarge);
    events_.emplace(limits_, clock_, std::move(*listener), hooks());
    if (!events_->usable()) return fail("listen on {}: {}", address, errno_text(errno));
    lanes_.start();
    loop_ = std::jthread([this] { events_->run(); });
    return {};
  }

  void stop() {
    if (!loop_.joinable()) return;
    // Before the listener closes: afterwards the path may belong to another server.
    if (!socket_file_.empty()) unlink(socket_file_.c_str());
    events_->stop();
    loop_.join();
    if (access_ != nullptr) access_->stop_admitting();
    lanes_.stop();
    events_.reset();
  }

 private:
  EventLoop::Hooks hooks() {
    EventLoop::Hooks hooks;
    hooks.dispatch = [this](Job job) { return dispatch(std::move(job)); };
    hooks.fetch = [this](std::uint64_t connection, const std::shared_ptr<BodyStream>& stream) {
      const bool waits = lanes_.push(stream_lane_, [=, this] { read_piece(connection, *stream); });
      if (!waits) events_->add_piece(connection, std::nullopt);
    };
    if (access_ == nullptr) return hooks;
    hooks.transport = [this](int socket) { return access_->transport(socket); };
    hooks.gate = [this](std::uint64_t connection, const Head& head, const std::string& peer) {
      return access_->admit(head.headers, peer, [this, connection] { events_->proceed(connection); });
    };
    return hooks;
  }

  bool dispatch(Job job) {
    const Lane lane = job.request.body.size() > kLargeBody
                          ? large_lane_
                          : router_.lane(job.request.head.method, job.request.head.target);
    // std::function requires a copyable task; a request is not copyable.
    auto shared = std::make_shared<Job>(std::move(job));
    return lanes_.push(lane, [this, shared] { work(*shared); });
  }

  void work(Job& job) {
    try {
      Response response = respond(job);
      auto stream = job.request.head.method == "HEAD" ? nullptr : response.stream;
      std::string bytes = answer_bytes(std::move(response), job.request.head);
      events_->answer(job.connection, std::move(bytes), std::move(stream));
    } catch (const std::exception&) {
      answer_without_memory(job.connection);
    }
    refill_memory_reserve();
  }

  Response respond(Job& job) {
    Request request;
    request.method = job.request.head.method;
    request.headers = std::move(job.request.head.headers);
    request.body = std::move(job.request.body);
    request.remote_address = std::move(job.remote_address);
    Response response = read_target(job.request.head.target, request)
                            ? answer(request)
                            : json_error(400, "the request target is malformed");
    if (access_ != nullptr) access_->add_headers(response);
    return response;
  }

  Response answer(Request& request) {
    if (auto refused = refuse_cross_site(request, site_rules_)) return std::move(*refused);
    return router_.answer(request);
  }

  // Only the request fails, not the program. Memory is released as other requests finish.
  void answer_without_memory(std::uint64_t connection) {
    for (;;) {
      try {
        return events_->answer(connection, std::string(out_of_memory_answer()));
      } catch (const std::exception&) {
        std::this_thread::sleep_for(kRetry);
      }
    }
  }

  void read_piece(std::uint64_t connection, BodyStream& stream) {
    std::optional<std::string> piece;
    try {
      if (auto read = stream.next(kPiece)) {
        piece = std::move(*read);
      } else {
        log::warn("failed to read a response body to its end", {{"error", read.error().message}});
      }
    } catch (const std::exception&) {
      piece.reset();
    }
    for (;;) {
      try {
        return events_->add_piece(connection, std::move(piece));
      } catch (const std::exception&) {
        piece.reset();
        std::this_thread::sleep_for(kRetry);
      }
    }
  }

  const Limits limits_;
  const Clock& clock_;
  Router router_;
  SiteRules site_rules_;
  WebAccess* access_ = nullptr;
  Lanes lanes_;
  Lane stream_lane_ = 0;
  Lane large_lane_ = 0;
  std::optional<EventLoop> events_;
  int port_ = 0;
  std::string socket_file_;
  std::jthread loop_;
};

Server::Server(Limits limits, const Clock& clock) : loop_(std::make_unique<Loop>(limits, clock)) {}

Server::~Server() = default;

Lane Server::add_lane(int workers, std::size_t queue) { return loop_->lanes().add(workers, queue); }

void Server::set_other_lane(Lane lane) { loop_->router().set_other_lane(lane); }

void Server::handle(const std::string& method, const std::string& path, Handler handler, Lane lane) {
  loop_->router().add(method, path, std::move(handler), [lane](std::string_view) { return lane; });
}

void Server::handle(const std::string& method, const std::string& path, Handler handler, ChooseLane lane) {
  loop_->router().add(method, path, std::move(handler), std::move(lane));
}

void Server::before(std::function<std::optional<Response>(const Request&)> filter) {
  loop_->router().before(std::move(filter));
}

void Server::protect(WebAccess& access) { loop_->protect(access); }

void Server::set_site_rules(SiteRules rules) { loop_->set_site_rules(std::move(rules)); }

Result<> Server::listen(const std::string& address) { return loop_->listen(address); }

int Server::port() const { return loop_->port(); }

void Server::stop() { loop_->stop(); }

ServerCounts Server::counts() const { return loop_->counts(); }

}  // namespace base::http
