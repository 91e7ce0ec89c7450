// The status page at /.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/probes/probe_status.h"
#include "exporter/runner.h"
#include "inventory/subsystems.h"

namespace exporter {

std::string landing_page(const std::vector<View>& collectors, const std::vector<base::Subsystem>& subsystems,
                         const std::vector<probes::Line>& probes);
// The only style sheet of the page.
std::string_view landing_style();

}  // namespace exporter
