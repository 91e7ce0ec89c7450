// Tables of lines and the level each must be read as.
#pragma once

#include <string>
#include <string_view>

#include "log_analysis/reader.h"
#include "tests/catch.h"

namespace readings {

inline constexpr auto kInfo = log_analysis::Level::info;
inline constexpr auto kWarning = log_analysis::Level::warning;
inline constexpr auto kError = log_analysis::Level::error;
inline constexpr auto kCritical = log_analysis::Level::critical;

struct Row {
  std::string_view line;
  log_analysis::Level level;
};

// Each row's line has its level, and says so: `levelled`.
template <std::size_t n>
void each_states(const Row (&rows)[n]) {
  log_analysis::Reader reader;
  for (const Row& row : rows) {
    const log_analysis::Reading reading = reader.read(row.line);
    INFO(row.line);
    CHECK(std::string(log_analysis::name(reading.level)) == std::string(log_analysis::name(row.level)));
    CHECK(reading.levelled);
  }
}

// Each line states no level at all, whatever words are in it.
template <std::size_t n>
void each_is_silent(const std::string_view (&lines)[n]) {
  log_analysis::Reader reader;
  for (const std::string_view line : lines) {
    const log_analysis::Reading reading = reader.read(line);
    INFO(line);
    CHECK(std::string(log_analysis::name(reading.level)) == "info");
    CHECK_FALSE(reading.levelled);
  }
}

}  // namespace readings
