// The metadata of a file, without reading it.
#pragma once

#include <optional>
#include <string>

#include "base/crypto/file_hash.h"
#include "base/os/clock.h"

namespace exporter::collectors {

struct FileFacts {
  double size = 0;
  base::WallTime modified{};
  base::FileIdentity identity;
};

// nullopt when there is no such regular file. Symbolic links are followed. Blocks as stat() does.
std::optional<FileFacts> look_at(const std::string& path);

}  // namespace exporter::collectors
