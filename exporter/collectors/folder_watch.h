// Reports changes of given files at once, through inotify. Folders are watched rather than files, because a
// state file is usually replaced by rename. The collector polls as well: network file systems may not report
// changes.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace exporter::collectors {

class FolderWatch {
 public:
  // `changed` is called on the watch's thread. A folder that does not exist yet is looked for every second.
  FolderWatch(const std::vector<std::string>& paths, std::function<void()> changed);

 private:
  std::jthread thread_;
};

}  // namespace exporter::collectors
