// The format of the state file: docs/log-state.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

std::string write_state(const std::vector<SourceState>& sources, base::WallTime written);

// All sources, or an error. A text that was truncated, changed or written by a newer version is rejected as a
// whole, because counts without their positions would double or lose lines.
base::Result<std::vector<SourceState>> read_state(std::string_view text);

}  // namespace exporter::tail
