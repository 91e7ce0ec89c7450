// A Prometheus that knows what a test has told it, query by query; of everything else nothing.
#pragma once

#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/http/server/server.h"
#include "base/os/clock.h"
#include "healer/verify/prometheus.h"

namespace tests {

class ToldPrometheus {
 public:
  ToldPrometheus() : server_({}, clock_) {
    server_.handle("GET", "/api/v1/query", [this](const base::http::Request& request) {
      const std::lock_guard lock(mutex_);
      if (broken_) return base::http::json(503, R"({"status":"error","error":"starting"})");
      std::string result;
      for (const auto& sample : told_[request.parameter("query").value_or("")]) {
        result += (result.empty() ? "" : ",") + sample;
      }
      return base::http::json(
          200, R"({"status":"success","data":{"resultType":"vector","result":[)" + result + "]}}");
    });
    if (const auto listening = server_.listen("127.0.0.1:0"); !listening) {
      throw std::runtime_error(listening.error().message);
    }
  }

  // One more sample of the query's answer; `label` may be empty.
  void tell(const std::string& query, const std::string& label, const std::string& value,
            const std::string& number) {
    const std::lock_guard lock(mutex_);
    const std::string metric = label.empty() ? "{}" : "{\"" + label + "\":\"" + value + "\"}";
    told_[query].push_back(R"({"metric":)" + metric + R"(,"value":[1,")" + number + "\"]}");
  }
  void breaks() {
    const std::lock_guard lock(mutex_);
    broken_ = true;
  }
  healer::checks::Prometheus client() const {
    return healer::checks::Prometheus("http://127.0.0.1:" + std::to_string(server_.port()));
  }

 private:
  base::SystemClock clock_;
  std::mutex mutex_;
  bool broken_ = false;
  std::map<std::string, std::vector<std::string>> told_;
  base::http::Server server_;
};

}  // namespace tests
