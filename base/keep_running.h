// A thread whose loop ends by an exception, such as one for want of memory, would end the program.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

namespace base {

// Runs `loop` until it returns. When it throws, that is logged, at most once a minute, and a second later it
// runs again, unless a stop was requested.
void keep_running(std::string_view what, const std::stop_token& stop, const std::function<void()>& loop);

}  // namespace base
