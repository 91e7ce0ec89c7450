#include "log_analysis/level.h"

#include <array>

namespace log_analysis {

std::string_view name(Level level) {
  constexpr std::array<std::string_view, kLevels> kNames{"info", "warning", "error", "critical"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace log_analysis
