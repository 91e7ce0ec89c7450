#include "base/os/inotify.h"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

namespace base {
namespace {

constexpr std::uint32_t kNames = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

std::uint32_t events_for(Inotify::Writes writes) {
  // IN_ATTRIB: the times of a file were set without a write.
  const std::uint32_t always = IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_ONLYDIR;
  return always | (writes == Inotify::Writes::kEach ? IN_CREATE | IN_MODIFY : IN_CLOSE_WRITE);
}

int milliseconds(Duration length) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(length).count();
  return static_cast<int>(std::clamp<std::int64_t>(rounded, 0, std::numeric_limits<int>::max()));
}

}  // namespace

Inotify::Inotify(Writes writes)
    : events_(events_for(writes)), inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!inotify_.open()) problem_ = errno_text(errno);
}

Inotify::Watched Inotify::watch(const std::set<std::string>& folders) {
  if (!inotify_.open()) return {.all = false};
  std::erase_if(watched_, [&](const auto& entry) {
    if (folders.contains(entry.first)) return false;
    ::inotify_rm_watch(inotify_.get(), entry.second);
    return true;
  });
  Watched result;
  for (const std::string& folder : folders) {
    if (watched_.contains(folder)) continue;
    const int watch = ::inotify_add_watch(inotify_.get(), folder.c_str(), events_);
    if (watch < 0) {
      result.all = false;
      continue;
    }
    watched_[folder] = watch;
    result.added = true;
  }
  return result;
}

void Inotify::wait(Duration longest, const std::stop_token& stop, const Take& take) {
  const std::stop_callback wake(stop, [this] { stopped_.notify(); });
  std::array<pollfd, 2> wanted{pollfd{stopped_.fd(), POLLIN, 0}, pollfd{inotify_.get(), POLLIN, 0}};
  ::poll(wanted.data(), wanted.size(), milliseconds(longest));
  alignas(inotify_event) std::array<char, 16 * 1024> buffer{};
  for (;;) {
    const ssize_t got = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (got <= 0) return;
    for (const char* at = buffer.data(); at < buffer.data() + got;) {
      inotify_event event{};
      std::memcpy(&event, at, sizeof event);
      // The name is padded with NUL bytes.
      pass_on(event.wd, event.mask, event.len > 0 ? std::string_view(at + sizeof event) : "", take);
      at += sizeof event + event.len;
    }
  }
}

void Inotify::pass_on(int watch, std::uint32_t what, std::string_view name, const Take& take) {
  using enum Event::Kind;
  if ((what & IN_Q_OVERFLOW) != 0) return take({.kind = kLost});
  const bool gone = (what & IN_IGNORED) != 0;
  for (auto entry = watched_.begin(); entry != watched_.end();) {
    if (entry->second != watch) {
      ++entry;
      continue;
    }
    take({gone ? kLost : (what & kNames) != 0 ? kName : kContent, entry->first, name});
    // Another folder may appear under its name.
    entry = gone ? watched_.erase(entry) : std::next(entry);
  }
}

void Inotify::pause(Duration length, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { stopped_.notify(); });
  pollfd wanted{stopped_.fd(), POLLIN, 0};
  ::poll(&wanted, 1, milliseconds(length));
}

}  // namespace base
