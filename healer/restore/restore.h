// Puts back what a manifest lists and the disk has lost: one file from its backup.
//
// The copy is written beside the file under a name that ends in kUnfinished, while its SHA-256 is taken; only
// one that is what the manifest says, reads back so and is on the disk takes the file's name. What stood
// there is kept under a name that ends in kAside and the time. Both happen by rename, so that a crash at any
// moment leaves the old file or the new one; running it again goes on from there.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/manifest.h"
#include "base/result.h"

namespace healer::restore {

inline constexpr std::string_view kUnfinished = ".salus-unfinished";
inline constexpr std::string_view kAside = ".salus-damaged-";

enum class Standing { kGood, kMissing, kDamaged };
// How the file at `path` stands against its entry. An error: it is no regular file, or cannot be read.
base::Result<Standing> look(const std::string& path, const base::ManifestEntry& entry);

struct Restored {
  std::string aside;  // where what stood there is now; empty: nothing stood there
};

// Refuses a backup that is not what the manifest says, whatever the file is like, and a file or backup that
// is a symbolic link. The new file has the owner, group and mode of the old one; where there is none, those
// of the backup. Blocks as the disk does; stops at the deadline. An error leaves the file as it was.
base::Result<Restored> restore(const std::string& path, const std::string& backup,
                               const base::ManifestEntry& entry, base::WallTime now, base::Deadline deadline);

}  // namespace healer::restore
