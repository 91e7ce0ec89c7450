// An HTTP server that answers what it was told to and remembers what it was asked.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/http_server.h"

namespace tests {

class ScriptedServer {
 public:
  using Route = std::pair<std::string, std::string>;  // method and path, as base::http::Server takes them

  // Every route answers 200 and "{}" until it is told otherwise. `address`: a free port, or unix:///path.
  explicit ScriptedServer(const std::vector<Route>& routes, const std::string& address = "127.0.0.1:0")
      : server_({}, clock_), address_(address) {
    for (const Route& route : routes) {
      answers_[route] = base::http::json(200, "{}");
      server_.handle(route.first, route.second, [this, route](const base::http::Request& request) {
        std::unique_lock lock(mutex_);
        requests_.push_back(request);
        arrived_.notify_all();
        let_go_.wait(lock, [this] { return !held_; });
        auto& next = scripts_[route];
        if (next.empty()) return answers_[route];
        base::http::Response response = next.front();
        next.erase(next.begin());
        return response;
      });
    }
    if (const auto listening = server_.listen(address); !listening)
      throw std::runtime_error(listening.error().message);
  }

  // From now on.
  void answer(const Route& route, base::http::Response response) {
    std::lock_guard lock(mutex_);
    answers_[route] = std::move(response);
  }
  // Once, before what answer() set.
  void answer_once(const Route& route, base::http::Response response) {
    std::lock_guard lock(mutex_);
    scripts_[route].push_back(std::move(response));
  }
  // Answers wait until they are let go.
  void hold() {
    std::lock_guard lock(mutex_);
    held_ = true;
  }
  void let_go() {
    {
      std::lock_guard lock(mutex_);
      held_ = false;
    }
    let_go_.notify_all();
  }
  std::vector<base::http::Request> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }
  // Waits until so many have come in all.
  void wait_for_requests(std::size_t count) const {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(30), [&] { return requests_.size() >= count; }))
      throw std::runtime_error("requests did not come in time");
  }
  std::string url() const {
    return server_.port() == 0 ? address_ : "http://127.0.0.1:" + std::to_string(server_.port());
  }

 private:
  base::SystemClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable let_go_;
  mutable std::condition_variable arrived_;
  bool held_ = false;
  std::map<Route, base::http::Response> answers_;
  std::map<Route, std::vector<base::http::Response>> scripts_;
  std::vector<base::http::Request> requests_;
  base::http::Server server_;  // last: stopped first
  std::string address_;
};

}  // namespace tests
