// A Docker Engine whose containers stop and start when they are told to.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/http/server/server.h"
#include "base/os/clock.h"
#include "tests/fakes/temporary_folder.h"

namespace tests {

class FakeShards {
 public:
  struct Shard {
    bool running = true;
    base::WallTime started{};
    base::WallTime finished{};
    std::string health{};    // what its health check says; empty: none
    int starting_looks = 0;  // so many looks after its start say "starting"
    bool comes_back = true;  // runs once it is started
    bool stops = true;       // a stop succeeds
    int stop_timeout = 0;    // its own, in seconds
    bool auto_remove = false;
    std::string state{};  // in place of what follows from `running`
    int starting_left = 0;
  };

  FakeShards() : server_({}, clock_) {
    using base::http::Request;
    server_.handle("GET", "/containers/*/json", [this](const Request& request) { return inspect(request); });
    server_.handle("GET", "/containers/json", [](const Request&) { return base::http::json(200, "[]"); });
    server_.handle("POST", "/containers/*/stop", [this](const Request& request) { return stop(request); });
    server_.handle("POST", "/containers/*/start", [this](const Request& request) { return start(request); });
    if (const auto listening = server_.listen("unix://" + folder_.file("docker.sock")); !listening)
      throw std::runtime_error(listening.error().message);
  }

  void add(const std::string& name, Shard shard) {
    const std::lock_guard lock(mutex_);
    shards_[name] = std::move(shard);
  }
  Shard at(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return shards_.at(name);
  }
  // "stop shard_1 t=10", "start shard_1", …
  std::vector<std::string> commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  // The most that were ever stopped at a time, and that were stopped or not healthy yet.
  std::size_t most_down() const {
    const std::lock_guard lock(mutex_);
    return most_down_;
  }
  std::size_t most_not_well() const {
    const std::lock_guard lock(mutex_);
    return most_not_well_;
  }

 private:
  static base::http::Response done() {
    return {.status = 204, .content_type = "", .body = "", .headers = {}};
  }

  base::http::Response inspect(const base::http::Request& request) {
    const std::lock_guard lock(mutex_);
    const std::string& name = request.captures.at(0);
    const auto found = shards_.find(name);
    if (found == shards_.end()) return base::http::json(404, R"({"message":"No such container"})");
    Shard& shard = found->second;
    std::string health = shard.health;
    if (shard.running && shard.starting_left > 0) {
      --shard.starting_left;
      health = "starting";
    }
    if (!health.empty()) health = fmt::format(R"(,"Health":{{"Status":"{}"}})", health);
    return base::http::json(
        200,
        fmt::format(
            R"({{"Id":"{0}","Name":"/{0}","State":{{"Status":"{1}","Running":{2},"StartedAt":"{3}","FinishedAt":"{4}"{5}}},"Config":{{"StopTimeout":{6}}},"HostConfig":{{"AutoRemove":{7}}}}})",
            name,
            !shard.state.empty() ? shard.state
            : shard.running      ? "running"
                                 : "exited",
            shard.running, base::rfc3339(shard.started), base::rfc3339(shard.finished), health,
            shard.stop_timeout, shard.auto_remove));
  }

  base::http::Response stop(const base::http::Request& request) {
    const std::lock_guard lock(mutex_);
    const std::string& name = request.captures.at(0);
    commands_.push_back(fmt::format("stop {} t={}", name, request.parameter("t").value_or("")));
    Shard& shard = shards_[name];
    if (!shard.stops) return base::http::json(500, R"({"message":"cannot stop container"})");
    shard.running = false;
    shard.finished = clock_.now().wall;
    std::size_t down = 0;
    std::size_t not_well = 0;
    for (const auto& [each, state] : shards_) {
      down += state.running ? 0 : 1;
      not_well += state.running && state.starting_left == 0 ? 0 : 1;
    }
    most_down_ = std::max(most_down_, down);
    most_not_well_ = std::max(most_not_well_, not_well);
    return done();
  }

  base::http::Response start(const base::http::Request& request) {
    const std::lock_guard lock(mutex_);
    const std::string& name = request.captures.at(0);
    commands_.push_back("start " + name);
    Shard& shard = shards_[name];
    if (shard.comes_back && !shard.running) {
      shard.running = true;
      shard.started = clock_.now().wall;
      shard.starting_left = shard.starting_looks;
    }
    return done();
  }

  base::SystemClock clock_;
  TemporaryFolder folder_;
  mutable std::mutex mutex_;
  std::map<std::string, Shard> shards_;
  std::vector<std::string> commands_;
  std::size_t most_down_ = 0;
  std::size_t most_not_well_ = 0;
  base::http::Server server_;

 public:
  const base::docker::Engine docker{"unix://" + folder_.file("docker.sock")};
};

}  // namespace tests
