// Space of file systems, each asked on a thread of its own: statvfs() of a hung mount never returns, and must
// take nothing else with it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace exporter::collectors {

struct Space {
  double size = 0;
  double available = 0;  // to users that are not root
};

// One caller at a time.
class MountSpaces {
 public:
  using Ask = std::function<std::optional<Space>(const std::string& mountpoint)>;

  explicit MountSpaces(Ask ask = statvfs_space);
  // Waits for threads that still ask: a mount that hangs in the kernel keeps it for as long.
  ~MountSpaces();

  // Of those mount points that answer by `deadline`. One that still hangs from an earlier call is not asked
  // again; the thread of one that is no longer wanted ends when it can.
  std::map<std::string, Space> read(const std::vector<std::string>& mountpoints, base::Deadline deadline);

  static std::optional<Space> statvfs_space(const std::string& mountpoint);

 private:
  class Asker;
  Ask ask_;
  std::map<std::string, std::unique_ptr<Asker>> askers_;
};

}  // namespace exporter::collectors
