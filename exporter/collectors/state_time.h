// Moments as programs write them into their state files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace exporter::collectors {

// Where a time without zone was written: "UTC", an offset such as "+02:00", or a name of the system's time
// zone database such as "Europe/Berlin".
class Timezone {
 public:
  static base::Result<Timezone> find(const std::string& name);
  Timezone() = default;  // UTC

  // The moment a clock on the wall there shows `local`. Of the two when clocks are set back, the one nearer
  // to `hint`; one skipped when they are set forward is taken as the moment of the jump.
  base::WallTime to_utc(std::chrono::local_time<std::chrono::nanoseconds> local, base::WallTime hint) const;

 private:
  const void* zone_ = nullptr;  // of the database; null: `offset_` from UTC
  std::chrono::seconds offset_{0};
};

// Unix time; its unit (s, ms, µs, ns) follows from its size, which is unambiguous from 1973 to 5138.
std::optional<base::WallTime> from_epoch(double value);

// ISO 8601 with "T" or a space, fractions behind a dot or comma of any length, and an optional zone
// (Z, +01, +0100, +01:00); or a Unix time in digits.
std::optional<base::WallTime> parse_state_time(std::string_view text, const Timezone& naive,
                                               base::WallTime hint);

}  // namespace exporter::collectors
