// What a metric family is, apart from its samples: the one place of its name, HELP and labels. The page,
// the golden files and docs/metrics.md all come from it.
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

// The family without samples, to be filled by base::add_sample.
prometheus::MetricFamily open_family(const Family& family);

// Moves filled families out, in that order: what a collector answers with.
std::vector<prometheus::MetricFamily> take_families(
    std::initializer_list<prometheus::MetricFamily*> families);

}  // namespace exporter
