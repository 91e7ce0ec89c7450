#include "base/http_server.h"

#include <httplib.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <thread>

#include "base/gzip.h"
#include "base/http_loop.h"
#include "base/url.h"

namespace base::http {
namespace {

// Gives httplib a head to read and takes what it writes.
class MemoryStream final : public httplib::Stream {
 public:
  explicit MemoryStream(std::string input) : input_(std::move(input)) {}
  std::string take_output() { return std::move(output_); }

  ssize_t read(char* to, std::size_t size) override {
    size = input_.copy(to, size, at_);
    at_ += size;
    return static_cast<ssize_t>(size);
  }
  ssize_t write(const char* from, std::size_t size) override {
    output_.append(from, size);
    return static_cast<ssize_t>(size);
  }
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

 private:
  std::string input_;
  std::size_t at_ = 0;
  std::string output_;
};

bool is_text(std::string_view content_type) {
  return content_type.starts_with("text/") || content_type.starts_with("application/json");
}

// Turns one request into the bytes of its answer. Every worker has its own.
class Responder final : private httplib::Server {
 public:
  Responder(const Router& router, WebAccess* access) : router_(router), access_(access) {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
      respond(request, response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      // What httplib claims, and this server does not do.
      response.headers.erase("Keep-Alive");
      response.headers.erase("Accept-Ranges");
    });
  }

  std::string answer(Job job) {
    job_ = &job;
    const Head& head = job.request.head;
    // httplib is shown nothing of the client's headers: it would decode percent signs in them, slice answers
    // to a Range and compress at its slowest.
    MemoryStream stream(
        fmt::format("{} {} HTTP/1.1\r\nAccept-Encoding: identity\r\n\r\n", head.method, head.target));
    bool connection_closed = false;
    process_request(stream, !head.keep_alive, connection_closed, nullptr);
    return stream.take_output();
  }

 private:
  void respond(const httplib::Request& decoded, httplib::Response& to) {
    const Head& head = job_->request.head;
    Request request;
    request.method = decoded.method;
    request.path = decoded.path;
    request.query = decoded.params;
    request.headers = head.headers;
    request.body = std::move(job_->request.body);
    request.remote_address = job_->remote_address;

    Response from = router_.answer(request);
    if (access_ != nullptr) access_->add_headers(from);
    to.status = from.status;
    for (const auto& [name, value] : from.headers) to.set_header(name, value);
    if (head.http_1_0 && head.keep_alive) to.set_header("Connection", "keep-alive");
    if (from.body.empty()) return;
    to.set_header("Vary", "Accept-Encoding");
    to.set_header("Content-Type", from.content_type);
    if (head.accepts_gzip && is_text(from.content_type)) {
      if (auto packed = gzip(from.body)) {
        to.set_header("Content-Encoding", "gzip");
        from.body = std::move(*packed);
      }
    }
    to.body = std::move(from.body);
  }

  const Router& router_;
  WebAccess* access_;  // null: nothing is demanded
  Job* job_ = nullptr;
};

// Requests on their way from the loop to the workers: at most one a connection.
class JobQueue {
 public:
  void push(Job job) {
    {
      const std::lock_guard lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    arrived_.notify_one();
  }
  // Waits; nullopt once stopped, also when jobs are left.
  std::optional<Job> pop(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait(lock, stop, [this] { return !jobs_.empty(); }) || stop.stop_requested())
      return std::nullopt;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    return job;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Job> jobs_;  // guarded by mutex_
};

}  // namespace

class Server::Loop {
 public:
  Loop(Limits limits, const Clock& clock) : limits_(limits), clock_(clock) {}
  ~Loop() { stop(); }

  Router& router() { return router_; }
  void protect(WebAccess& access) {
    access_ = &access;
    router_.before([&access](const Request& request) { return access.refuse(request); });
  }
  int port() const { return port_; }

  Result<> listen(const std::string& address) {
    const auto endpoint = parse_listen_address(address);
    if (!endpoint) return wrap(endpoint.error(), "listen on {}", address);
    auto listener = listen_on(*endpoint);
    if (!listener) return std::unexpected(listener.error());
    port_ = bound_port(*listener);
    socket_file_ = endpoint->unix_path;
    events_.emplace(
        limits_, clock_, std::move(*listener), [this](Job job) { jobs_.push(std::move(job)); },
        [this](int socket) { return access_ ? access_->transport(socket) : plain_transport(socket); });
    if (!events_->usable()) return fail("listen on {}: {}", address, errno_text(errno));
    for (int i = 0; i < limits_.workers; ++i) {
      workers_.emplace_back([this](std::stop_token stop) { work(stop); });
    }
    loop_ = std::jthread([this] { events_->run(); });
    return {};
  }

  void stop() {
    if (!loop_.joinable()) return;
    // While the listener is open: afterwards the name may be another server's.
    if (!socket_file_.empty()) unlink(socket_file_.c_str());
    events_->stop();
    loop_.join();
    for (auto& worker : workers_) worker.request_stop();
    workers_.clear();
    events_.reset();
  }

 private:
  void work(std::stop_token stop) {
    Responder responder(router_, access_);
    while (auto job = jobs_.pop(stop)) {
      const std::uint64_t connection = job->connection;
      events_->answer(connection, responder.answer(std::move(*job)));
    }
  }

  const Limits limits_;
  const Clock& clock_;
  Router router_;
  WebAccess* access_ = nullptr;
  JobQueue jobs_;
  std::optional<EventLoop> events_;
  int port_ = 0;
  std::string socket_file_;
  std::vector<std::jthread> workers_;
  std::jthread loop_;
};

Server::Server(Limits limits, const Clock& clock) : loop_(std::make_unique<Loop>(limits, clock)) {}

Server::~Server() = default;

void Server::handle(const std::string& method, const std::string& path, Handler handler) {
  loop_->router().add(method, path, std::move(handler));
}

void Server::before(std::function<std::optional<Response>(const Request&)> filter) {
  loop_->router().before(std::move(filter));
}

void Server::protect(WebAccess& access) { loop_->protect(access); }

Result<> Server::listen(const std::string& address) { return loop_->listen(address); }

int Server::port() const { return loop_->port(); }

void Server::stop() { loop_->stop(); }

}  // namespace base::http
