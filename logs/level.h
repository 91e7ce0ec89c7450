// How bad a log event is.
#pragma once

#include <cstdint>
#include <string_view>

namespace logs {

// In order: the worse is the greater. `info` is all that is none of the others, lines without a level too.
enum class Level : std::uint8_t { info, warning, error, critical };
inline constexpr int kLevels = 4;

// "info", "warning", "error", "critical": the value of the label `level`.
std::string_view name(Level level);

}  // namespace logs
