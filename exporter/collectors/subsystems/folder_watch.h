// Reports changes of given files at once, through inotify on its own thread.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace exporter::collectors {

class FolderWatch {
 public:
  // Receives those of `paths` that changed; none means that any of them may have changed.
  using Changed = std::function<void(const std::set<std::string>& paths)>;

  // `changed` is called on the watch's thread. A folder that does not exist yet is looked for every second.
  FolderWatch(const std::vector<std::string>& paths, Changed changed);

 private:
  std::jthread thread_;
};

}  // namespace exporter::collectors
