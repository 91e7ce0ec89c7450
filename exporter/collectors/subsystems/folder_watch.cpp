#include "exporter/collectors/subsystems/folder_watch.h"

#include <set>
#include <stop_token>
#include <utility>

#include "base/log.h"
#include "base/os/inotify.h"

namespace exporter::collectors {
namespace {

constexpr base::Duration kRetry = std::chrono::seconds(1);

void run(const std::vector<std::string>& paths, const FolderWatch::Changed& changed,
         const std::stop_token& stop) {
  base::Inotify inotify(base::Inotify::Writes::kFinished);
  if (!inotify.problem().empty()) {
    base::log::warn("inotify is not available; state files are only polled", {{"error", inotify.problem()}});
    return;
  }
  std::set<std::string> folders;  // with their last slash
  const std::set<std::string> files(paths.begin(), paths.end());
  for (const std::string& path : paths) folders.insert(path.substr(0, path.rfind('/') + 1));
  while (!stop.stop_requested()) {
    const auto watched = inotify.watch(folders);
    // A folder that appears later counts as a change, because its files appear with it.
    if (watched.added) changed({});
    std::set<std::string> hits;
    bool lost = false;
    inotify.wait(watched.all ? base::Duration::max() : kRetry, stop, [&](const base::Inotify::Event& event) {
      lost = lost || event.kind == base::Inotify::Event::Kind::kLost;
      const auto file = files.find(std::string(event.folder).append(event.name));
      if (file != files.end()) hits.insert(*file);
    });
    if (lost) {
      changed({});
    } else if (!hits.empty()) {
      changed(hits);
    }
  }
}

}  // namespace

FolderWatch::FolderWatch(const std::vector<std::string>& paths, Changed changed)
    : thread_([paths, report = std::move(changed)](const std::stop_token& stop) {
        if (!paths.empty()) run(paths, report, stop);
      }) {}

}  // namespace exporter::collectors
