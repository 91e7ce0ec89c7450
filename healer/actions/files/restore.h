// Restores one file that a manifest lists from its backup.
//
// The copy is written beside the file under a name that ends in kUnfinished, and its SHA-256 is computed. It
// is renamed to the file's name only if it matches the manifest, also when read back, and is durable. The old
// file is kept under a name that ends in kAside and the time. Both happen by rename, so that a crash at any
// time leaves the old or the new file; another run continues from there.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "base/crypto/manifest.h"
#include "base/os/clock.h"
#include "base/result.h"

namespace healer::restore {

inline constexpr std::string_view kUnfinished = ".salus-unfinished";
inline constexpr std::string_view kAside = ".salus-damaged-";

enum class Standing { kGood, kMissing, kDamaged };
// Compares the file at `path` with its entry. An error: it is not a regular file, or cannot be read.
base::Result<Standing> look(const std::string& path, const base::ManifestEntry& entry);

struct Restored {
  std::string aside;            // where the old file is now; empty: there was none
  std::string owner_problem{};  // why its owner or group could not be set; empty: they are right
};

// fchown(); replaced in tests.
using Chown = std::function<int(int descriptor, uid_t owner, gid_t group)>;

// Refuses a backup that does not match the manifest, and a file or backup that is a symbolic link. The new
// file gets the owner, group and mode of the old one, or without an old one those of the backup. Where the
// owner cannot be set, the file is restored all the same as far as its readers can still read it. Blocks for
// disk I/O; stops at the deadline. After an error the file is unchanged.
base::Result<Restored> restore(const std::string& path, const std::string& backup,
                               const base::ManifestEntry& entry, base::WallTime now, base::Deadline deadline,
                               const Chown& chown = ::fchown);

}  // namespace healer::restore
