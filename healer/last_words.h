// Why a program failed, in one line for people.
#pragma once

#include <string>
#include <string_view>

#include "base/process.h"

namespace healer {

// The last line of what it said that is not blank, shortened, secrets masked; "" when it said nothing.
std::string last_line(std::string_view output);
// "did not end in time", "failed with exit code 3: <the last line of its error output>", …
std::string how_it_failed(const base::Exit& exit);

}  // namespace healer
