// The definition of a metric family without its samples: the only place of its name, HELP and labels. The
// metrics page, the golden files and docs/metrics.md are written from it.
#pragma once

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string_view>
#include <vector>

namespace exporter {

struct Family {
  std::string_view name;
  prometheus::MetricType type;
  std::string_view labels;  // "container, state"; empty: none
  std::string_view help;
};

inline constexpr auto kGauge = prometheus::MetricType::Gauge;
inline constexpr auto kCounter = prometheus::MetricType::Counter;

// The family without samples; base::add_sample adds them.
prometheus::MetricFamily open_family(const Family& family);

// Moves filled families out, in the given order: the result of a collector.
std::vector<prometheus::MetricFamily> take_families(
    std::initializer_list<prometheus::MetricFamily*> families);

}  // namespace exporter
