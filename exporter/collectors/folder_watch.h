// Reports changes of given files at once, through inotify on its own thread.
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
