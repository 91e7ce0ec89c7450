// Packs one file of a folder: name becomes name.gz, or name.1.gz where that stands already.
//
// The original goes only when its copy is complete: written beside it under a name that ends in kUnfinished,
// read back and compared byte for byte, dressed as the original, on the disk, and renamed. Whatever stops
// this at whatever step leaves the original, or the copy, or both; packing again then goes on from there.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "healer/actions/folder.h"

namespace healer::actions {

inline constexpr std::string_view kUnfinished = ".salus-unfinished";

struct Packed {
  std::string name;         // of the copy
  std::uint64_t bytes = 0;  // of the copy
};

// Whether somebody has the file open to write to it; asked last before the copy gets its name.
using InUse = std::function<bool(const FileFacts&)>;

// An error leaves the original, and nothing unfinished where the disk allows. At the deadline it stops.
base::Result<Packed> pack(Folder& folder, const FileFacts& file, const InUse& in_use,
                          base::Deadline deadline);

}  // namespace healer::actions
