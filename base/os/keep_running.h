// Keeps a thread's loop running after an exception, such as std::bad_alloc, which would otherwise end the
// program.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

namespace base {

// Runs `loop` until it returns. After an exception it logs, at most once a minute, and runs `loop` again
// after a second, unless a stop was requested.
void keep_running(std::string_view what, const std::stop_token& stop, const std::function<void()>& loop);

}  // namespace base
