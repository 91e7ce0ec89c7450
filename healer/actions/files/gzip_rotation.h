// Compresses one file of a folder: name becomes name.gz, or name.1.gz if that exists already.
//
// The original is removed only when its copy is complete: written beside it under a name that ends in
// kUnfinished, read back and compared byte for byte, given the owner, mode and time of the original, synced,
// and renamed. An interruption at any step leaves the original, the copy, or both. The next run continues
// from there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "healer/actions/files/folder.h"

namespace healer::actions {

inline constexpr std::string_view kUnfinished = ".salus-unfinished";

struct Packed {
  std::string name;         // of the copy
  std::uint64_t bytes = 0;  // of the copy
};

// Whether a process has the file open for writing. Called last before the copy is renamed.
using InUse = std::function<bool(const FileFacts&)>;

// After an error the original is kept and unfinished files are removed if possible. Stops at the deadline.
base::Result<Packed> pack(Folder& folder, const FileFacts& file, const InUse& in_use,
                          base::Deadline deadline);

}  // namespace healer::actions
