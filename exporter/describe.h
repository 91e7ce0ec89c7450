// docs/metrics.md from the code's own HELP texts.
#pragma once

#include <string>
#include <vector>

#include "exporter/family.h"

namespace exporter {

// Every family the exporter can show but process_*, by what it comes from.
struct Chapter {
  std::string title;
  std::vector<Family> families;
};
std::vector<Chapter> all_families();

// As Markdown tables.
std::string describe_metrics();

// {"program", "version", "metrics": [{"name", "type", "labels": [...], "help"}]}, for programs: salusctl
// check.
std::string describe_metrics_json();

}  // namespace exporter
