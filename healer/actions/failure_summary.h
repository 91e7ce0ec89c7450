// Why a program failed, in one line for operators.
#pragma once

#include <string>
#include <string_view>

#include "base/os/process.h"

namespace healer {

// The last line of the output that is not blank, truncated, with secrets masked; "" when there is none.
std::string last_line(std::string_view output);
// "did not end in time", "failed with exit code 3: <the last line of its error output>", …
std::string how_it_failed(const base::Exit& exit);

}  // namespace healer
