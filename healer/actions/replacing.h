// Puts something in a file's place and keeps the original beside it, so that a reader and a crash at any
// moment find the one or the other whole, and the original is never lost. Blocks for copying and fsync.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace healer::actions {

enum class Replaced { kAlready, kDone, kNothingToKeep };

// `<path>.salus-original`.
std::string kept_name(const std::string& path);

// `path` becomes a copy of `backup` whose content has this SHA-256 (checked on the copy, before anything is
// replaced), with the backup's mode and, as far as we may, owner. An original that is kept already and is
// another one is never lost: an error.
base::Result<Replaced> replace_by_copy(const std::string& path, const std::string& backup,
                                       const std::string& sha256, base::Deadline deadline);

// The symbolic link `path` points to `to` from now on, which must exist as seen from there.
base::Result<Replaced> switch_link(const std::string& path, const std::string& to);

// The kept original takes its place again; false: none is kept.
base::Result<bool> put_back(const std::string& path);

}  // namespace healer::actions
