// Tells at once when one of some files changes, by inotify. Folders are watched rather than files, because a
// state file is usually replaced by rename. Polling remains the truth: a network file system may never tell.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace exporter::collectors {

class FolderWatch {
 public:
  // `changed` is called on the watch's own thread. A folder that does not exist yet is looked for again
  // every second.
  FolderWatch(const std::vector<std::string>& paths, std::function<void()> changed);

 private:
  std::jthread thread_;
};

}  // namespace exporter::collectors
