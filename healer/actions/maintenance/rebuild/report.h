// The restart report.
#pragma once

#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/result.h"
#include "healer/actions/maintenance/rebuild/rebuild.h"
#include "healer/reports/render/document.h"

namespace healer::rebuild {

reports::Document report(const Rebuild& rebuild, std::string_view stack);

// RESTART_REPORT_20251217_040000, in UTC, without an ending.
std::string report_name(base::WallTime at);

// Writes it as Markdown and as HTML, mode 640, each atomically. Creates the folder if it is missing. Returns
// the Markdown's path. Blocks.
base::Result<std::string> write_report(const Rebuild& rebuild, std::string_view stack,
                                       const std::string& folder);

}  // namespace healer::rebuild
