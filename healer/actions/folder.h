// The files of one folder, for actions that pack and remove them: each step by itself, so that a test can
// stop the world between any two.
//
// Everything is done by name within the folder that was opened: a symbolic link in it is neither listed nor
// followed, and a folder that is moved meanwhile stays the one that is worked on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/result.h"

namespace healer::actions {

// What tells one regular file, as it is, from another.
struct FileFacts {
  std::string name;
  dev_t device{};
  ino_t inode{};
  std::uint64_t bytes = 0;
  uid_t owner{};
  gid_t group{};
  mode_t mode{};  // permission bits
  base::WallTime modified{};
  bool operator==(const FileFacts&) const = default;
};

// Whether nobody has replaced it or written to it in between.
bool same_file(const FileFacts& a, const FileFacts& b);

// Blocks as the disk does. Errors name the file but not the folder. Not thread-safe.
class Folder {
 public:
  virtual ~Folder() = default;

  // The regular files in it, by name; none of its folders' files.
  virtual base::Result<std::vector<FileFacts>> list() = 0;
  virtual base::Result<base::Descriptor> open(const std::string& name) = 0;
  virtual base::Result<FileFacts> facts(const base::Descriptor& file, const std::string& name) = 0;
  // At most `max_bytes` more of the file; empty at its end.
  virtual base::Result<std::string> read(const base::Descriptor& file, std::size_t max_bytes) = 0;
  // A new empty file, readable by nobody else. Replaces what an earlier try left under that name.
  virtual base::Result<base::Descriptor> create(const std::string& name) = 0;
  virtual base::Result<> write(const base::Descriptor& file, std::string_view bytes) = 0;
  // Gives the file owner, group, mode and time of another.
  virtual base::Result<> dress(const base::Descriptor& file, const FileFacts& as) = 0;
  virtual base::Result<> sync(const base::Descriptor& file) = 0;
  // Never over a file that is there.
  virtual base::Result<> rename(const std::string& from, const std::string& to) = 0;
  virtual base::Result<> sync_folder() = 0;
  // Removes this very file: an error when another stands under its name, or it was written to since.
  virtual base::Result<> remove(const FileFacts& file) = 0;
};

// nullptr when there is no such folder. `path` itself may be a symbolic link.
base::Result<std::unique_ptr<Folder>> open_folder(const std::string& path);

}  // namespace healer::actions
