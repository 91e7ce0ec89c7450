#include "base/os/keep_running.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>

#include "base/log.h"

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
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any never;
    never.wait_for(lock, stop, kPause, [] { return false; });
    if (stop.stop_requested()) return;
  }
}

}  // namespace base
