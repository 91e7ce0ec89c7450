// A Prometheus and an exporter whose state a test sets. One thread at a time.
#pragma once

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/http/server/server.h"
#include "base/os/clock.h"

namespace tests {

class FakeMonitoring {
 public:
  FakeMonitoring() : server_({}, clock_) {
    server_.handle("POST", "/api/v1/refresh",
                   [this](const auto&) { return base::http::json(200, refresh()); });
    server_.handle("GET", "/api/v1/rules", [this](const auto&) { return base::http::json(200, rules()); });
    server_.handle("GET", "/api/v1/query", [this](const base::http::Request& request) {
      queries_.push_back(request.parameter("query").value_or(""));
      return query(queries_.back());
    });
    if (const auto listening = server_.listen("127.0.0.1:0"); !listening) {
      throw std::runtime_error(listening.error().message);
    }
  }

  // Seconds, by Prometheus's clock.
  double time = 0;          // now
  double scraped_at = 0;    // the exporter; 0: it cannot be
  double evaluated_at = 0;  // the rule
  std::string expression;   // what any other query answers: a value; "": no sample; "error": refused
  std::string rule_name = "ContainerDown";
  std::string rule_health = "ok";
  std::string active;  // its active alerts, as JSON
  bool refresh_fails = false;

  std::string prometheus_url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
  std::string exporter_url() const { return prometheus_url(); }
  std::vector<std::string> queries() const { return queries_; }

 private:
  static std::string vector(const std::string& value) {
    const std::string sample = value.empty() ? "" : R"({"metric":{},"value":[1,")" + value + "\"]}";
    return R"({"status":"success","data":{"resultType":"vector","result":[)" + sample + "]}}";
  }
  static std::string seconds(double value) { return value == 0 ? "" : std::to_string(value); }

  base::http::Response query(const std::string& text) const {
    if (text == "time()") {
      return base::http::json(200, R"({"status":"success","data":{"resultType":"scalar","result":[1,")" +
                                       std::to_string(time) + "\"]}}");
    }
    if (text.starts_with("min(timestamp(up")) return base::http::json(200, vector(seconds(scraped_at)));
    if (text.starts_with("max(timestamp(up")) {
      return base::http::json(200, vector(scraped_at == 0 ? "" : seconds(scraped_at + 0.01)));
    }
    if (expression == "error") return base::http::json(400, R"({"status":"error","error":"parse error"})");
    return base::http::json(200, vector(expression));
  }
  std::string rules() const {
    return R"({"status":"success","data":{"groups":[{"name":"g","rules":[{"type":"alerting","name":")" +
           rule_name + R"(","health":")" + rule_health + R"(","lastEvaluation":")" +
           base::rfc3339(base::from_unix_seconds(evaluated_at)) + R"(","alerts":[)" + active + "]}]}]}}";
  }
  std::string refresh() const {
    const std::string success = refresh_fails ? "false" : "true";
    return R"({"status":"success","data":[{"collector":"containers","success":)" + success +
           R"(,"error":""},{"collector":"subsystems","success":true,"error":""}]})";
  }

  base::SystemClock clock_;
  std::vector<std::string> queries_;
  base::http::Server server_;
};

}  // namespace tests
