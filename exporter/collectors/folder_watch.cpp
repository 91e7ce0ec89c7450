#include "exporter/collectors/folder_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <stop_token>
#include <system_error>
#include <utility>

#include "base/log.h"
#include "base/os/descriptor.h"

namespace exporter::collectors {
namespace {

constexpr int kRetryMilliseconds = 1000;
// IN_ATTRIB: the times of a file were set without a write. IN_MODIFY is left out because it reports every
// single write.
constexpr std::uint32_t kChanges =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR;

class Watcher {
 public:
  Watcher(const std::vector<std::string>& paths, std::function<void()> changed)
      : changed_(std::move(changed)) {
    for (const std::string& path : paths) {
      const auto slash = path.rfind('/');
      folders_[path.substr(0, slash + 1)].insert(path.substr(slash + 1));
    }
    inotify_.reset(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    wake_.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  }

  void run(const std::stop_token& stop) {
    if (!inotify_.open() || !wake_.open()) {
      const std::string why = std::generic_category().message(errno);
      base::log::warn("inotify is not available; state files are only polled", {{"error", why}});
      return;
    }
    const std::stop_callback wake(stop, [this] {
      const std::uint64_t one = 1;
      // A full counter wakes the thread as well.
      [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    });
    while (!stop.stop_requested()) {
      const bool all = watch_missing();
      std::array<pollfd, 2> wanted{pollfd{inotify_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
      ::poll(wanted.data(), wanted.size(), all ? -1 : kRetryMilliseconds);
      if (read_events()) changed_();
    }
  }

 private:
  // Returns whether every folder is watched now. A folder that appears later counts as a change, because its
  // files appear with it.
  bool watch_missing() {
    bool all = true;
    bool appeared = false;
    for (const auto& [folder, names] : folders_) {
      if (watched_.contains(folder)) continue;
      const int id = ::inotify_add_watch(inotify_.get(), folder.c_str(), kChanges);
      if (id < 0) {
        all = false;
        continue;
      }
      folder_of_[id] = folder;
      watched_.insert(folder);
      appeared = true;
    }
    if (appeared) changed_();
    return all;
  }

  // Whether one of the events was about a watched file.
  bool read_events() {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
    bool hit = false;
    for (;;) {
      const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
      if (got <= 0) return hit;
      for (const char* at = buffer.data(); at < buffer.data() + got;) {
        inotify_event event{};
        std::memcpy(&event, at, sizeof event);
        hit = take(event, at + sizeof event) || hit;
        at += sizeof event + event.len;
      }
    }
  }

  bool take(const inotify_event& event, const char* name) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
    const auto folder = folder_of_.find(event.wd);
    if (folder == folder_of_.end()) return false;
    if ((event.mask & IN_IGNORED) != 0) {  // the folder is gone; another one may appear under its name
      watched_.erase(folder->second);
      folder_of_.erase(folder);
      return true;
    }
    return event.len > 0 && folders_.at(folder->second).contains(name);
  }

  std::function<void()> changed_;
  std::map<std::string, std::set<std::string>>
      folders_;                           // with their last slash; the names of the files in them
  std::map<int, std::string> folder_of_;  // by watch
  std::set<std::string> watched_;
  base::Descriptor inotify_;
  base::Descriptor wake_;
};

}  // namespace

FolderWatch::FolderWatch(const std::vector<std::string>& paths, std::function<void()> changed)
    : thread_([paths, run = std::move(changed)](const std::stop_token& stop) {
        if (!paths.empty()) Watcher(paths, run).run(stop);
      }) {}

}  // namespace exporter::collectors
