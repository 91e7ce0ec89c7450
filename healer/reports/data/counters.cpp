#include "healer/reports/data/counters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

// Longer than any scrape interval: a series without a sample for this long no longer exists.
constexpr base::Duration kGone = 10min;

using Target = std::pair<std::string, std::string>;

Target target_of(const SeriesLabels& labels) {
  const auto value = [&](const char* name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string() : found->second;
  };
  return {value("job"), value("instance")};
}

// Functions of PromQL drop the name of the metric, selectors return it.
SeriesLabels without_name(SeriesLabels labels) {
  labels.erase("__name__");
  return labels;
}

std::uint64_t growth(double before, double now) {
  const double grown = now >= before ? now - before : now;
  return static_cast<std::uint64_t>(std::llround(std::clamp(grown, 0.0, 1e18)));
}

class Counter {
 public:
  Counter(Window window, const EachStep& each) : window_(window), each_(each) {}

  void take_earlier(const SeriesLabels& labels, std::span<const Sample> points) {
    if (points.empty() || !std::isfinite(points.back().value)) return;
    const SeriesLabels key = without_name(labels);
    earlier_[key] = points.back().value;
    target_since_[target_of(key)] = window_.from - 2 * kGone;
  }

  void take(const SeriesLabels& labels, std::span<const Sample> points) {
    const SeriesLabels key = without_name(labels);
    for (const Sample& each : points) {
      if (std::isfinite(each.value) && each.at >= window_.from && each.at <= window_.to) add(key, each);
    }
  }

  CounterGrowth finish() {
    for (const auto& [labels, first] : firsts_) {
      const base::WallTime scraped = target_since_[target_of(labels)];
      if (first.at - scraped <= kGone) continue;
      counted_.series[labels].known = true;
      grow(labels, {.from = first.at, .to = first.at, .grown = growth(0, first.value)});
    }
    return std::move(counted_);
  }

 private:
  void add(const SeriesLabels& labels, const Sample& sample) {
    const auto [last, fresh] = last_.try_emplace(labels, sample);
    counted_.since = std::min(counted_.since.value_or(sample.at), sample.at);
    counted_.until = std::max(counted_.until.value_or(sample.at), sample.at);
    CounterGrowth::Series& series = counted_.series[labels];
    if (fresh) {
      series.newest = sample.at;
      if (const auto before = earlier_.find(labels); before != earlier_.end()) {
        series.known = true;
        grow(labels, {.from = window_.from, .to = sample.at, .grown = growth(before->second, sample.value)});
      } else {
        firsts_[labels] = sample;
        const auto [since, first] = target_since_.try_emplace(target_of(labels), sample.at);
        since->second = std::min(since->second, sample.at);
      }
      if (!earlier_.empty()) counted_.since = window_.from;
      return;
    }
    if (sample.at <= last->second.at) return;  // the edge of two days is returned twice
    series.known = true;
    series.newest = sample.at;
    grow(labels,
         {.from = last->second.at, .to = sample.at, .grown = growth(last->second.value, sample.value)});
    last->second = sample;
  }

  void grow(const SeriesLabels& labels, const CounterStep& step) {
    if (step.grown == 0) return;
    counted_.series[labels].grown += step.grown;
    if (each_) each_(labels, step);
  }

  Window window_;
  const EachStep& each_;
  CounterGrowth counted_;
  std::map<SeriesLabels, double> earlier_;  // the last values before the window
  std::map<SeriesLabels, Sample> last_;
  std::map<SeriesLabels, Sample> firsts_;  // of series without an earlier value
  std::map<Target, base::WallTime> target_since_;
};

}  // namespace

bool CounterGrowth::exists(const Series& one) const { return until && *until - one.newest <= kGone; }

base::Result<CounterGrowth> count_growth(Samples& samples, const std::string& selector, Window window,
                                         const EachStep& each) {
  Counter counter(window, each);
  auto asked = samples.at(fmt::format("last_over_time({}[7d])", selector), window.from,
                          [&](const SeriesLabels& labels, std::span<const Sample> points) {
                            counter.take_earlier(labels, points);
                          });
  if (asked) {
    asked = samples.raw(selector, window, [&](const SeriesLabels& labels, std::span<const Sample> points) {
      counter.take(labels, points);
    });
  }
  if (!asked) return std::unexpected(asked.error());
  return counter.finish();
}

}  // namespace healer::reports
