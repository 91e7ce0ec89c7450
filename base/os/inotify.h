// Watches folders through inotify. Folders are watched rather than files, because a file may be replaced by
// rename. The caller polls as well: network file systems may not report changes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/os/socket.h"

namespace base {

// For one thread; a stop may be requested from any. Never blocks except in wait() and pause().
class Inotify {
 public:
  enum class Writes {
    kEach,      // every write to a file, and its creation
    kFinished,  // a file that was written, when it is closed
  };
  explicit Inotify(Writes writes);
  // Why inotify does not work; empty when it works. Without it the functions below only wait.
  const std::string& problem() const { return problem_; }

  struct Watched {
    bool all = true;     // every folder is watched
    bool added = false;  // at least one was not watched before
  };
  // Replaces the watched folders. Those that do not exist are tried again in the next call, and so is a
  // folder that was removed.
  Watched watch(const std::set<std::string>& folders);

  struct Event {
    enum class Kind {
      kContent,  // a file was written, or its times or mode were set
      kName,     // a file was created, removed or renamed
      kLost,     // events were lost, or a watched folder was removed: anything may have changed
    };
    Kind kind{};
    // Both empty when events were lost.
    std::string_view folder{};  // as it was passed to watch()
    std::string_view name{};    // of the file; empty: the folder itself
  };
  using Take = std::function<void(const Event& event)>;
  // Waits until something has happened since the last call, `longest` has passed, or a stop is requested.
  // Then passes on what has happened.
  void wait(Duration longest, const std::stop_token& stop, const Take& take);
  // Waits for `length` or a stop request; events are kept for wait().
  void pause(Duration length, const std::stop_token& stop);

 private:
  void pass_on(int watch, std::uint32_t what, std::string_view name, const Take& take);

  std::uint32_t events_;
  Descriptor inotify_;
  Waker stopped_;
  std::string problem_;
  std::map<std::string, int> watched_;  // two folders have the same watch when they are the same folder
};

}  // namespace base
