// Writes the exporter's part of docs/metrics.md from the HELP texts.
#pragma once

#include <string>
#include <vector>

#include "exporter/family.h"

namespace exporter {

// Every family that the exporter can expose except process_*, grouped by its source.
struct Chapter {
  std::string title;
  std::vector<Family> families;
};
std::vector<Chapter> all_families();

// As Markdown tables.
std::string describe_metrics();

// {"program", "version", "metrics": [{"name", "type", "labels": [...], "help"}]}, for `salusctl check`.
std::string describe_metrics_json();

}  // namespace exporter
