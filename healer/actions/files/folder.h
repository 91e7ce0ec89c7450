// The files of one folder, for actions that compress and remove them. Each step is a function of its own, so
// that a test can interrupt between any two.
//
// Files are accessed by name within the opened folder. Symbolic links in it are neither listed nor followed.
// If the folder is moved, the opened one stays in use.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace healer::actions {

// What identifies a regular file and its present content.
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

// Whether the file was neither replaced nor written to in between.
bool same_file(const FileFacts& a, const FileFacts& b);

// Blocks as the disk does. Errors name the file but not the folder. Not thread-safe.
class Folder {
 public:
  virtual ~Folder() = default;

  // The regular files in it, by name, without those of subfolders.
  virtual base::Result<std::vector<FileFacts>> list() = 0;
  virtual base::Result<base::Descriptor> open(const std::string& name) = 0;
  virtual base::Result<FileFacts> facts(const base::Descriptor& file, const std::string& name) = 0;
  // At most `max_bytes` more of the file; empty at its end.
  virtual base::Result<std::string> read(const base::Descriptor& file, std::size_t max_bytes) = 0;
  // A new empty file that only its owner can read. Replaces a file of that name left by an earlier try.
  virtual base::Result<base::Descriptor> create(const std::string& name) = 0;
  virtual base::Result<> write(const base::Descriptor& file, std::string_view bytes) = 0;
  // Sets owner, group, mode and time to those of another file.
  virtual base::Result<> dress(const base::Descriptor& file, const FileFacts& as) = 0;
  virtual base::Result<> sync(const base::Descriptor& file) = 0;
  // Never replaces an existing file.
  virtual base::Result<> rename(const std::string& from, const std::string& to) = 0;
  virtual base::Result<> sync_folder() = 0;
  // Removes exactly this file. An error if its name belongs to another file now, or it was written to since.
  virtual base::Result<> remove(const FileFacts& file) = 0;
};

// nullptr if the folder does not exist. `path` itself may be a symbolic link.
base::Result<std::unique_ptr<Folder>> open_folder(const std::string& path);

}  // namespace healer::actions
