// The log lines about health checks, in words that operators search for (docs/troubleshooting.md).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/os/clock.h"
#include "healer/state/snapshot.h"

namespace healer {

// Not thread-safe.
class HealthLog {
 public:
  struct Line {
    base::log::Level level;
    std::string message;
    std::array<std::pair<std::string_view, std::string>, 3> fields;
  };

  // The lines about a health check with this result: when its result differs from that of the last lines, and
  // after an hour without lines.
  std::vector<Line> lines(const std::string& overall, const View& view, base::Now now);

 private:
  struct Result {
    std::string overall;
    Policy policy{};
    std::vector<std::string> issues;
    bool operator==(const Result&) const = default;
  };
  std::optional<Result> last_;
  base::MonoTime written_at_{};
};

void write(const HealthLog::Line& line);

// "[SELF-HEAL] Safety policy changed: allow_all → no_new_trades"
std::string policy_change_line(Policy from, Policy to);
// "[SELF-HEAL] Auto-executing: Disable ai_model module"
std::string auto_executing_line(std::string what);

}  // namespace healer
