// The level of a log event.
#pragma once

#include <cstdint>
#include <string_view>

namespace log_analysis {

// Ordered: the worse level is greater. `info` is everything else, also lines without a level.
enum class Level : std::uint8_t { info, warning, error, critical };
inline constexpr int kLevels = 4;

// "info", "warning", "error", "critical": the value of the label `level`.
std::string_view name(Level level);

}  // namespace log_analysis
