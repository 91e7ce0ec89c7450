// A filter for the values of the programs' own log. main() sets logs::mask_secrets, on which base must not
// depend.
#pragma once

#include <string>
#include <string_view>

namespace base::log {

using Filter = std::string (*)(std::string_view text);

// Thread-safe; null: no filter.
void set_filter(Filter filter);

}  // namespace base::log
