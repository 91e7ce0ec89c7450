#include "base/os/keep_running.h"

#include <exception>
#include <new>

#include "base/log.h"
#include "base/os/wake_up.h"

namespace base {
namespace {

constexpr auto kPause = std::chrono::seconds(1);
constexpr int kLogEvery = 60;  // pauses

void log_failure(std::string_view what, const std::exception& error) {
  try {
    log::error("thread failed, restarting it", {{"thread", what}, {"error", error.what()}});
  } catch (const std::exception&) {
    return;  // no memory even for the log line
  }
}

}  // namespace

void keep_running(std::string_view what, const std::stop_token& stop, const std::function<void()>& loop) {
  for (int failures = 0;; ++failures) {
    try {
      return loop();
    } catch (const std::exception& error) {
      if (failures % kLogEvery == 0) log_failure(what, error);
    }
    pause(kPause, stop);
    if (stop.stop_requested()) return;
  }
}

}  // namespace base
