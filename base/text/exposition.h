// Renders prometheus-cpp's metric families as the text of a /metrics page.
#pragma once

#include <prometheus/metric_family.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace base {

inline constexpr std::string_view kExpositionContentType = "text/plain; version=0.0.4; charset=utf-8";

// Families in name order, series in label order, families with the same name merged, empty families omitted.
// HELP is escaped; invalid UTF-8 in label values becomes U+FFFD. Format:
// https://prometheus.io/docs/instrumenting/exposition_formats/
std::string expose(std::vector<prometheus::MetricFamily> families);

// Short forms for building families.
using LabelList = std::initializer_list<std::pair<std::string_view, std::string_view>>;
prometheus::MetricFamily gauge_family(std::string name, std::string help);
prometheus::MetricFamily counter_family(std::string name, std::string help);
void add_sample(prometheus::MetricFamily& family, LabelList labels, double value);

// process_* (the fields that every Prometheus client exports), read from /proc/self.
std::vector<prometheus::MetricFamily> process_families();

}  // namespace base
