#include "exporter/tail/files/file_source.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/os/inotify.h"

namespace exporter::tail {
namespace {

// The interval of find(). Events only make it run sooner; they may be missed. With thousands of files it
// takes a while: then it runs less often, so that idle files cost less than one percent of a core.
constexpr auto kLookInterval = std::chrono::seconds(1);
constexpr auto kLongestLookInterval = std::chrono::seconds(30);
constexpr int kIdleShare = 200;
// The same for looks that events request.
constexpr int kBusyShare = 10;
constexpr auto kPollInterval = std::chrono::milliseconds(250);
// So that many small writes are read at once.
constexpr auto kGather = std::chrono::milliseconds(50);
constexpr auto kFirstLook = std::chrono::seconds(1);

// When the next find() may run.
struct Looks {
  base::MonoTime next{};
  base::MonoTime next_requested{};  // because of an event

  static Looks after(base::MonoTime began, base::MonoTime ended, base::Duration interval) {
    const base::Duration cost = ended - began;
    const base::Duration longest = std::max<base::Duration>(kLongestLookInterval, interval);
    return {ended + std::clamp<base::Duration>(kIdleShare * cost, interval, longest),
            ended + std::min<base::Duration>(kBusyShare * cost, kLookInterval)};
  }
};

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
  Looks looks;
  const auto look = [&] {
    const auto began = clock_.now().mono;
    follower_.find();
    looks = Looks::after(began, clock_.now().mono, works ? kLookInterval : base::Duration(kPollInterval));
  };
  look();
  looked.set_value();
  follower_.read(stop);
  bool changed = false;
  while (!stop.stop_requested()) {
    inotify.watch(follower_.folders());
    const auto next = changed ? looks.next_requested : looks.next;
    inotify.wait(std::max(next - clock_.now().mono, base::Duration::zero()), stop,
                 [&](const base::Inotify::Event& event) {
                   const bool content = event.kind == base::Inotify::Event::Kind::kContent;
                   const auto path = std::string(event.folder) + "/" + std::string(event.name);
                   if (!content || !follower_.touch(path)) changed = true;
                 });
    if (stop.stop_requested()) break;
    if (clock_.now().mono >= (changed ? looks.next_requested : looks.next)) {
      changed = false;
      look();
    }
    follower_.read(stop);
    inotify.pause(kGather, stop);
  }
}

}  // namespace exporter::tail
