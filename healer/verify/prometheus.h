// A client of the parts of Prometheus's HTTP API that verification reads.
// Source of paths and fields: https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "healer/model/model.h"

namespace healer::checks {

struct Sample {
  Labels labels;
  double value = 0;  // may be NaN or infinite
};

struct ActiveAlert {
  Labels labels;
  std::string state;  // pending firing
};

struct AlertRule {
  std::string name;
  std::string health;  // ok err unknown
  std::string last_error;
  base::WallTime last_evaluation{};  // by Prometheus's clock
  std::vector<ActiveAlert> active;
  std::string query{};  // its expression
};

// Blocks up to the deadline; thread-safe. An error contains the URL and Prometheus's error.
class Prometheus {
 public:
  explicit Prometheus(std::string url, base::http::ClientOptions options = {});

  // An instant query now. A scalar comes as one sample without labels.
  base::Result<std::vector<Sample>> query(const std::string& promql, base::Deadline deadline) const;
  // Every alerting rule of every group; one name may have several.
  base::Result<std::vector<AlertRule>> alert_rules(base::Deadline deadline) const;

 private:
  base::http::Client client_;
  std::string url_;
};

}  // namespace healer::checks
