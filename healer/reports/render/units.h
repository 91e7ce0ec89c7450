// Formats values for reports, with units.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "healer/reports/data/intervals.h"

namespace healer::reports {

inline constexpr std::string_view kUnknownWord = "unknown";

std::string_view word(Condition condition);  // up, down, unknown
// The two largest units: 6 min 40 s, 2 h 5 min, 3 d 4 h, 0 s, 250 ms.
std::string spoken(base::Duration length);
std::string seconds(double length);  // 250 ms, 1.25 s: as precise as a latency needs
std::string percent(double ratio);   // 0.99934 is "99.934 %": with enough digits to differ from 100 % and 0 %
std::string bytes(double count);     // 1.2 GiB
std::string compact(double value);   // 1.2k, 35, 0.25
std::string utc(base::WallTime time);                       // 2025-12-15 04:00 UTC, with seconds if not 0
std::string utc_date(base::WallTime time);                  // 2025-12-15
std::string count(std::uint64_t n, std::string_view noun);  // "1 outage", "3 outages"

}  // namespace healer::reports
