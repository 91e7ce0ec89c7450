// Waits until something happens in given folders, through inotify. Unlike collectors/folder_watch.h it also
// reports every write. Where inotify does not work, as on some network file systems, the caller polls with
// its timeout.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/os/socket.h"

namespace exporter::tail {

// For one thread; a stop may be requested from any.
class FolderWake {
 public:
  FolderWake();
  bool works() const { return inotify_.open(); }

  // Replaces the watched folders. Those that do not exist are tried again in the next call.
  void watch(const std::set<std::string>& folders);

  struct Woken {
    bool written = false;  // to any file
    bool changed = false;  // a file was created, removed or renamed; or events were lost
  };
  // Returns when something has happened since the last call, after `longest`, or at a stop request.
  Woken wait(base::Duration longest, const std::stop_token& stop);
  // Waits for this long, so that many events are handled at once; a stop request ends it.
  void pause(base::Duration length, const std::stop_token& stop);

 private:
  Woken read_events();

  base::Descriptor inotify_;
  base::Waker stopped_;
  std::map<std::string, int> watched_;
};

}  // namespace exporter::tail
