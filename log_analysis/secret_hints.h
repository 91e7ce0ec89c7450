// A fast pre-check: most lines contain no secret and are not scanned further.
#pragma once

#include <string_view>

namespace log_analysis {

// False only when mask_secrets() would change nothing. Costs about a nanosecond a byte.
bool may_hold_secret(std::string_view text);

}  // namespace log_analysis
