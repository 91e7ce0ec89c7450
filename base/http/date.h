// Dates in HTTP headers.
#pragma once

#include <optional>
#include <string_view>

#include "base/os/clock.h"

namespace base::http {

// An HTTP-date of RFC 9110 5.6.7, in each of its three forms: Sun, 06 Nov 1994 08:49:37 GMT, the obsolete
// Sunday, 06-Nov-94 08:49:37 GMT, and asctime()'s Sun Nov  6 08:49:37 1994. A two-digit year more than 50
// years after `now` is in the past. The weekday is not checked against the date. nullopt for anything else.
std::optional<WallTime> parse_http_date(std::string_view text, WallTime now);

}  // namespace base::http
