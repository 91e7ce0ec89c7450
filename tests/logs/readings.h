// Tables of lines and the level each must be read as.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "logs/reader.h"

namespace readings {

inline constexpr auto kInfo = logs::Level::info;
inline constexpr auto kWarning = logs::Level::warning;
inline constexpr auto kError = logs::Level::error;
inline constexpr auto kCritical = logs::Level::critical;

struct Row {
  std::string_view line;
  logs::Level level;
};

// Each row's line has its level, and says so: `levelled`.
template <std::size_t n>
void each_states(const Row (&rows)[n]) {
  logs::Reader reader;
  for (const Row& row : rows) {
    const logs::Reading reading = reader.read(row.line);
    INFO(row.line);
    CHECK(std::string(logs::name(reading.level)) == std::string(logs::name(row.level)));
    CHECK(reading.levelled);
  }
}

// Each line states no level at all, whatever words are in it.
template <std::size_t n>
void each_is_silent(const std::string_view (&lines)[n]) {
  logs::Reader reader;
  for (const std::string_view line : lines) {
    const logs::Reading reading = reader.read(line);
    INFO(line);
    CHECK(std::string(logs::name(reading.level)) == "info");
    CHECK_FALSE(reading.levelled);
  }
}

}  // namespace readings
