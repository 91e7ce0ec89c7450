// self_healing_report.json: everything the healer knows, in one document.
#pragma once

#include <string>

#include "healer/config.h"
#include "healer/survey.h"
#include "healer/view.h"

namespace healer {

// null where Prometheus has no data. Ends with a newline.
std::string self_report(const Survey& survey, const View& view, const Config& config, base::WallTime now);

}  // namespace healer
