// What the values of the programs' own log pass through before they are printed: main() sets
// logs::mask_secrets, which base does not know.
#pragma once

#include <string>
#include <string_view>

namespace base::log {

using Filter = std::string (*)(std::string_view text);

// Thread-safe; null: as they are.
void set_filter(Filter filter);

}  // namespace base::log
