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
                   [this](const base::http::Request& request) { return refresh(request); });
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
  std::string missing;        // a collector that the exporter does not have
  bool series_exists = true;  // what the expression begins with

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
    if (text.starts_with("count(")) return base::http::json(200, vector(series_exists ? "1" : ""));
    if (expression == "error") return base::http::json(400, R"({"status":"error","error":"parse error"})");
    return base::http::json(200, vector(expression));
  }
  std::string rules() const {
    return R"({"status":"success","data":{"groups":[{"name":"g","rules":[{"type":"alerting","name":")" +
           rule_name + R"(","health":")" + rule_health + R"(","lastEvaluation":")" +
           base::rfc3339(base::from_unix_seconds(evaluated_at)) + R"(","alerts":[)" + active + "]}]}]}}";
  }
  base::http::Response refresh(const base::http::Request& request) const {
    const auto [first, last] = request.query.equal_range("collector");
    std::string runs;
    for (auto each = first; each != last; ++each) {
      if (each->second == missing)
        return base::http::json_error(404, "unknown collector \"" + missing + "\"");
      const bool fails = refresh_fails && each->second == "containers";
      runs += (runs.empty() ? "" : ",") + (R"({"collector":")" + each->second) + R"(","success":)" +
              (fails ? "false" : "true") + R"(,"error":""})";
    }
    return base::http::json(200, R"({"status":"success","data":[)" + runs + "]}");
  }

  base::SystemClock clock_;
  std::vector<std::string> queries_;
  base::http::Server server_;
};

}  // namespace tests
