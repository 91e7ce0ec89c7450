// Follows the files of one source on its own thread.
#pragma once

#include <future>
#include <stop_token>
#include <string>
#include <thread>

#include "exporter/tail/files/file_follower.h"
#include "exporter/tail/registry.h"

namespace exporter::tail {

class FileSource final : public Source {
 public:
  // Opens the pipeline `name`. Both references must outlive it.
  FileSource(std::string name, FileFollower::Options files, const Pipeline::Options& lines,
             Registry& registry, const base::Clock& clock);
  ~FileSource() override { FileSource::stop(); }

  // Returns after the first find(), which determines the files that existed before; after a second when the
  // file system hangs.
  void start() override;
  // Waits for the file system if it hangs.
  void stop() override;
  void forget() override;

 private:
  void run(const std::stop_token& stop, std::promise<void> looked);

  const std::string name_;
  Registry& registry_;
  const base::Clock& clock_;
  FileFollower follower_;
  std::jthread thread_;
};

}  // namespace exporter::tail
