// Replaces a file and keeps the original beside it. A reader always finds one of the two complete, also after
// a crash, and the original is never lost. Blocks for copying and fsync.
#pragma once

#include <string>

#include "base/os/clock.h"
#include "base/result.h"

namespace healer::actions {

enum class Replaced { kAlready, kDone, kNothingToKeep };

// `<path>.salus-original`.
std::string kept_name(const std::string& path);

// `path` becomes a copy of `backup` whose content has this SHA-256 (checked on the copy, before anything is
// replaced), with the backup's mode and, if permitted, owner. If another original is kept already, this is an
// error.
base::Result<Replaced> replace_by_copy(const std::string& path, const std::string& backup,
                                       const std::string& sha256, base::Deadline deadline);

// Points the symbolic link `path` to `to`, which must exist as seen from there.
base::Result<Replaced> switch_link(const std::string& path, const std::string& to);

// Restores the kept original; false: none is kept.
base::Result<bool> put_back(const std::string& path);

}  // namespace healer::actions
