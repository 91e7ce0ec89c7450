#include "exporter/tail/file_source.h"

#include <utility>

#include "base/log.h"
#include "base/os/inotify.h"

namespace exporter::tail {
namespace {

// The interval of find(). Events only make it run sooner; they may be missed.
constexpr auto kLookInterval = std::chrono::seconds(1);
constexpr auto kPollInterval = std::chrono::milliseconds(250);
// So that many small writes are read at once.
constexpr auto kGather = std::chrono::milliseconds(50);
constexpr auto kFirstLook = std::chrono::seconds(1);

}  // namespace

FileSource::FileSource(std::string name, FileFollower::Options files, const Pipeline::Options& lines,
                       Registry& registry, const base::Clock& clock)
    : name_(std::move(name)),
      registry_(registry),
      clock_(clock),
      follower_(std::move(files), registry.open(name_, lines), clock) {}

void FileSource::start() {
  std::promise<void> looked;
  const auto first = looked.get_future();
  thread_ = std::jthread([this, promise = std::move(looked)](const std::stop_token& stop) mutable {
    run(stop, std::move(promise));
  });
  if (first.wait_for(kFirstLook) == std::future_status::timeout) {
    base::log::warn(
        "the first read of a log source takes long; its file system hangs, or there is much to read",
        {{"source", name_}});
  }
}

void FileSource::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void FileSource::forget() { registry_.close(name_); }

void FileSource::run(const std::stop_token& stop, std::promise<void> looked) {
  base::Inotify inotify(base::Inotify::Writes::kEach);
  const bool works = inotify.problem().empty();
  if (!works) {
    base::log::warn("inotify is not available; a log source is only polled",
                    {{"source", name_}, {"error", inotify.problem()}});
  }
  // Watched before the first find(), so that nothing is missed in between.
  inotify.watch(follower_.folders());
  follower_.find();
  looked.set_value();
  follower_.read(stop);
  auto next_look = clock_.now().mono + kLookInterval;
  while (!stop.stop_requested()) {
    inotify.watch(follower_.folders());
    const auto longest = works ? next_look - clock_.now().mono : base::Duration(kPollInterval);
    bool changed = false;
    inotify.wait(longest, stop, [&changed](const base::Inotify::Event& event) {
      changed = changed || event.kind != base::Inotify::Event::Kind::kContent;
    });
    if (stop.stop_requested()) break;
    if (changed || clock_.now().mono >= next_look) {
      follower_.find();
      next_look = clock_.now().mono + kLookInterval;
    }
    follower_.read(stop);
    inotify.pause(kGather, stop);
  }
}

}  // namespace exporter::tail
