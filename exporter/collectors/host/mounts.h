// Space of file systems. Each is read on its own thread, because statvfs() of a hung mount never returns and
// must not block anything else.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/os/clock.h"

namespace exporter::collectors {

struct Space {
  double size = 0;
  double available = 0;  // to users other than root
};

// One caller at a time.
class MountSpaces {
 public:
  using Ask = std::function<std::optional<Space>(const std::string& mountpoint)>;

  explicit MountSpaces(Ask ask = statvfs_space);
  // Waits for running reads: for as long as a mount hangs in the kernel.
  ~MountSpaces();

  // The mount points that are read by `deadline`. One that still hangs from an earlier call is not read
  // again. The thread of one that is no longer listed ends as soon as it can.
  std::map<std::string, Space> read(const std::vector<std::string>& mountpoints, base::Deadline deadline);

  static std::optional<Space> statvfs_space(const std::string& mountpoint);

 private:
  class Asker;
  Ask ask_;
  std::map<std::string, std::unique_ptr<Asker>> askers_;
};

}  // namespace exporter::collectors
