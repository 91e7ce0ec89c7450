// Waits until something happens in some folders, by inotify. Unlike collectors/folder_watch.h it tells of
// every write too. Where there is no inotify, as on some network file systems, the caller's time-out is what
// it polls by.
#pragma once

#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/socket.h"

namespace exporter::tail {

// One thread, but for the stop.
class FolderWake {
 public:
  FolderWake();
  bool works() const { return inotify_.open(); }

  // From now on these; those that do not exist are tried again at the next call.
  void watch(const std::set<std::string>& folders);

  struct Woken {
    bool written = false;  // to some file
    bool changed = false;  // a file came, went or changed its name; or events were lost
  };
  // Returns when something has happened since the last call, after `longest`, or at a stop request.
  Woken wait(base::Duration longest, const std::stop_token& stop);
  // Lets things happen for so long, so that many of them are one; a stop request ends it.
  void pause(base::Duration length, const std::stop_token& stop);

 private:
  Woken read_events();

  base::Descriptor inotify_;
  base::Waker stopped_;
  std::map<std::string, int> watched_;
};

}  // namespace exporter::tail
