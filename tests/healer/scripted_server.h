// An HTTP server that answers what it was told to and remembers what it was asked.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/server/server.h"
#include "base/os/clock.h"

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
        let_go_.wait(lock, [&] { return !held_ || (!held_method_.empty() && held_method_ != route.first); });
        auto& next = scripts_[route];
        base::http::Response response = next.empty() ? answers_[route] : next.front();
        if (!next.empty()) next.erase(next.begin());
        // {{asked}} stands for the first part of the path that a route leaves open.
        for (auto at = response.body.find(kAsked); !request.captures.empty() && at != std::string::npos;
             at = response.body.find(kAsked)) {
          response.body.replace(at, kAsked.size(), request.captures.front());
        }
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
  // Answers, or those to requests of this method, wait until they are let go.
  void hold(const std::string& method = "") {
    std::lock_guard lock(mutex_);
    held_ = true;
    held_method_ = method;
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
  static constexpr std::string_view kAsked = "{{asked}}";

  base::SystemClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable let_go_;
  mutable std::condition_variable arrived_;
  bool held_ = false;
  std::string held_method_;
  std::map<Route, base::http::Response> answers_;
  std::map<Route, std::vector<base::http::Response>> scripts_;
  std::vector<base::http::Request> requests_;
  base::http::Server server_;  // last: stopped first
  std::string address_;
};

}  // namespace tests
