#include "exporter/collectors/host/mounts.h"

#include <sys/statvfs.h>

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace exporter::collectors {

// The thread of one mount point. Each request gets one result.
class MountSpaces::Asker {
 public:
  Asker(const Ask& ask, std::string mountpoint)
      : thread_(
            [this, ask, at = std::move(mountpoint)](const std::stop_token& stop) { run(ask, at, stop); }) {}

  // Does nothing while the last request is still running.
  void ask() {
    std::lock_guard lock(mutex_);
    if (busy_) return;
    busy_ = true;
    answer_.reset();
    changed_.notify_all();
  }
  std::optional<Space> wait(base::Deadline deadline) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline.at(), [this] { return !busy_; });
    return busy_ ? std::nullopt : answer_;
  }
  bool busy() const {
    std::lock_guard lock(mutex_);
    return busy_;
  }

 private:
  void run(const Ask& ask, const std::string& mountpoint, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return busy_; })) {
      lock.unlock();
      const auto space = ask(mountpoint);
      lock.lock();
      answer_ = space;
      busy_ = false;
      changed_.notify_all();
    }
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool busy_ = false;
  std::optional<Space> answer_;
  std::jthread thread_;
};

MountSpaces::MountSpaces(Ask ask) : ask_(std::move(ask)) {}
MountSpaces::~MountSpaces() = default;

std::map<std::string, Space> MountSpaces::read(const std::vector<std::string>& mountpoints,
                                               base::Deadline deadline) {
  const std::set<std::string> wanted(mountpoints.begin(), mountpoints.end());
  std::erase_if(askers_,
                [&](const auto& entry) { return !wanted.contains(entry.first) && !entry.second->busy(); });
  for (const auto& mountpoint : wanted) {
    auto& asker = askers_[mountpoint];
    if (!asker) asker = std::make_unique<Asker>(ask_, mountpoint);
    asker->ask();
  }
  std::map<std::string, Space> spaces;
  for (const auto& mountpoint : wanted) {
    if (const auto space = askers_[mountpoint]->wait(deadline)) spaces.emplace(mountpoint, *space);
  }
  return spaces;
}

std::optional<Space> MountSpaces::statvfs_space(const std::string& mountpoint) {
  struct statvfs status{};
  if (::statvfs(mountpoint.c_str(), &status) != 0) return std::nullopt;
  const auto block = static_cast<double>(status.f_frsize);
  return Space{block * static_cast<double>(status.f_blocks), block * static_cast<double>(status.f_bavail)};
}

}  // namespace exporter::collectors
