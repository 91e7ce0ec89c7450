// Keeps the durable state of the log sources in one file: positions, counts and patterns of all of them. The
// file is replaced as a whole, so that no crash can separate them.
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
    std::string quarantined;  // why the file was quarantined, and its new name; empty: it was not
  };
  // The newest state. A file that is corrupt or of a newer version is renamed, never overwritten: the time is
  // appended to its name. An error means that the folder or file cannot be read or renamed.
  base::Result<Loaded> load(base::WallTime now) const;
  base::Result<> save(const std::vector<SourceState>& sources, base::WallTime now) const;

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace exporter::tail
