// Reads series from Prometheus in bounded memory: one response at a time, one series at a time.
// Source of paths and fields: https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/http/client.h"
#include "base/os/clock.h"
#include "base/result.h"
#include "healer/reports/data/intervals.h"

namespace healer::reports {

using SeriesLabels = std::map<std::string, std::string>;
using EachSeries = std::function<void(const SeriesLabels& labels, std::span<const Sample> samples)>;

// Parses the JSON of a query response (a matrix or a vector); calls `each` for every series, its samples
// ascending. An error: the one that Prometheus returned, or invalid JSON; `each` may have been called before.
base::Result<> read_series(std::string_view json, const EachSeries& each);

struct AlertRule {
  std::string name;
  std::string runbook_url;  // its annotation; empty: none
  auto operator<=>(const AlertRule&) const = default;
};

// Not thread-safe. After a connection error, all further queries fail at once with the same error, so that an
// unreachable Prometheus does not delay a report.
class Samples {
 public:
  Samples(const std::string& url, base::http::ClientOptions options, base::Deadline deadline);

  // Raw samples, queried day by day: `each` is called several times for one series, in order of time.
  // `selector` has no range. Blocks.
  base::Result<> raw(const std::string& selector, Window window, const EachSeries& each);
  // The values of an expression every `step`, from the window's beginning to its end, both included.
  base::Result<> range(const std::string& promql, Window window, base::Duration step, const EachSeries& each);
  // The values of an expression at `time`.
  base::Result<> at(const std::string& promql, base::WallTime time, const EachSeries& each);
  // All alerting rules, each name once, sorted.
  base::Result<std::vector<AlertRule>> alert_rules();

 private:
  base::Result<std::string> ask(const std::string& path_and_query);

  base::http::Client client_;
  std::string url_;
  base::Deadline deadline_;
  std::optional<base::Error> unreachable_;
};

}  // namespace healer::reports
