// Keeps what is durable of the log sources in one file: positions, counts and patterns of all of them,
// replaced as a whole, so that no crash can part them.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Not thread-safe. Blocks on the file system.
class Checkpoint {
 public:
  // The file is `folder`/log-state; the folder is created when its parent exists.
  explicit Checkpoint(const std::string& folder);

  struct Loaded {
    std::vector<SourceState> sources;
    bool existed = false;
    std::string set_aside;  // why, and where the file that could not be read is now; empty: nothing was
  };
  // The newest state. One that is corrupt or of a newer version is renamed, never overwritten: its name with
  // the time at its end. The error is that of a folder or file that cannot be read or renamed.
  base::Result<Loaded> load(base::WallTime now) const;
  base::Result<> save(const std::vector<SourceState>& sources, base::WallTime now) const;

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace exporter::tail
