#include "exporter/tail/inotify_waiter.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace exporter::tail {
namespace {

int milliseconds(base::Duration length) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(length).count();
  return static_cast<int>(std::clamp<std::int64_t>(rounded, 0, 60'000));
}

constexpr std::uint32_t kNames = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

}  // namespace

FolderWake::FolderWake() : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

void FolderWake::watch(const std::set<std::string>& folders) {
  if (!works()) return;
  for (const std::string& folder : folders) {
    if (watched_.contains(folder)) continue;
    const int id =
        ::inotify_add_watch(inotify_.get(), folder.c_str(), kNames | IN_MODIFY | IN_ATTRIB | IN_ONLYDIR);
    if (id >= 0) watched_[folder] = id;
  }
  std::erase_if(watched_, [&](const auto& entry) {
    if (folders.contains(entry.first)) return false;
    ::inotify_rm_watch(inotify_.get(), entry.second);
    return true;
  });
}

FolderWake::Woken FolderWake::wait(base::Duration longest, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { stopped_.notify(); });
  std::array<pollfd, 2> wanted{pollfd{stopped_.fd(), POLLIN, 0}, pollfd{inotify_.get(), POLLIN, 0}};
  ::poll(wanted.data(), wanted.size(), milliseconds(longest));
  return read_events();
}

void FolderWake::pause(base::Duration length, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { stopped_.notify(); });
  pollfd wanted{stopped_.fd(), POLLIN, 0};
  ::poll(&wanted, 1, milliseconds(length));
}

FolderWake::Woken FolderWake::read_events() {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
  Woken woken;
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) return woken;
    for (const char* at = buffer.data(); at < buffer.data() + got;) {
      inotify_event event{};
      std::memcpy(&event, at, sizeof event);
      at += sizeof event + event.len;
      woken.written = true;
      if ((event.mask & (kNames | IN_Q_OVERFLOW | IN_IGNORED)) != 0) woken.changed = true;
      if ((event.mask & IN_IGNORED) != 0) {  // the folder is gone; another one may appear under its name
        std::erase_if(watched_, [&](const auto& entry) { return entry.second == event.wd; });
      }
    }
  }
}

}  // namespace exporter::tail
