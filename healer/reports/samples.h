// Series from Prometheus, in bounded memory: one answer at a time, one series of it at a time.
// Source of paths and fields: https://prometheus.io/docs/prometheus/latest/querying/api/
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/result.h"
#include "healer/reports/intervals.h"

namespace healer::reports {

using SeriesLabels = std::map<std::string, std::string>;
using EachSeries = std::function<void(const SeriesLabels& labels, std::span<const Sample> samples)>;

// Reads the JSON of a query's answer (a matrix or a vector); calls `each` for every series, its samples
// ascending. An error is what Prometheus said, or that this is not its JSON; then some series may have been
// seen.
base::Result<> read_series(std::string_view json, const EachSeries& each);

// Not thread-safe. When Prometheus cannot be reached at all, the first error stands for all questions after
// it: a report is not delayed by asking again and again.
class Samples {
 public:
  Samples(const std::string& url, base::http::ClientOptions options, base::Deadline deadline);

  // Samples as they were scraped, a day at a time: `each` is called several times for one series, in order of
  // time. `selector` without a range. Blocks.
  base::Result<> raw(const std::string& selector, Window window, const EachSeries& each);
  // The values of an expression every `step`, from the window's beginning to its end, both included.
  base::Result<> range(const std::string& promql, Window window, base::Duration step, const EachSeries& each);
  // The values of an expression at one moment.
  base::Result<> at(const std::string& promql, base::WallTime time, const EachSeries& each);
  // The names of all alerting rules, each once, sorted.
  base::Result<std::vector<std::string>> alert_rules();

 private:
  base::Result<std::string> ask(const std::string& path_and_query);

  base::http::Client client_;
  std::string url_;
  base::Deadline deadline_;
  std::optional<base::Error> unreachable_;
};

}  // namespace healer::reports
