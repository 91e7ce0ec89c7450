// Times as programs write them into their state files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"

namespace exporter::collectors {

// The time zone of times without one: "UTC", an offset such as "+02:00", or a name of the system's time zone
// database such as "Europe/Berlin".
class Timezone {
 public:
  static base::Result<Timezone> find(const std::string& name);
  Timezone() = default;  // UTC

  // The time at which local clocks show `local`. Of two such times, when clocks are set back, the one nearer
  // to `hint`. A time that is skipped when clocks are set forward is the time of the change.
  base::WallTime to_utc(std::chrono::local_time<std::chrono::nanoseconds> local, base::WallTime hint) const;

 private:
  const void* zone_ = nullptr;  // of the time zone database; null: UTC plus `offset_`
  std::chrono::seconds offset_{0};
};

// Unix time; its unit (s, ms, µs, ns) follows from its size, which is unambiguous from 1973 to 5138.
std::optional<base::WallTime> from_epoch(double value);

// ISO 8601 with "T" or a space, any number of decimals after a dot or comma, and an optional zone (Z, +01,
// +0100, +01:00); or a Unix time in digits.
std::optional<base::WallTime> parse_state_time(std::string_view text, const Timezone& naive,
                                               base::WallTime hint);

}  // namespace exporter::collectors
