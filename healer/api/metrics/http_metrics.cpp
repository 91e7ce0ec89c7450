#include "healer/api/metrics/http_metrics.h"

#include <string>

#include "base/text/exposition.h"

namespace healer {

std::vector<prometheus::MetricFamily> http_families(const base::http::ServerCounts& counts) {
  auto evicted = base::counter_family("salus_healer_http_connections_evicted_total",
                                      "Connections that were closed to make room for others: idle, or in the "
                                      "middle of receiving a request or "
                                      "sending an answer.");
  for (std::size_t i = 0; i < counts.evicted.size(); ++i) {
    base::add_sample(evicted, {{"state", std::string(base::http::kEvictedNames[i])}},
                     static_cast<double>(counts.evicted[i]));
  }
  auto overloaded =
      base::counter_family("salus_healer_http_overloaded_total",
                           "Requests and connections that were answered with 503 because of overload.");
  base::add_sample(overloaded, {}, static_cast<double>(counts.overloaded));
  std::vector<prometheus::MetricFamily> families;
  families.push_back(std::move(evicted));
  families.push_back(std::move(overloaded));
  return families;
}

}  // namespace healer
