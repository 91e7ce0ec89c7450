// A file that can be replaced while its disk is full: spare files beside it have their blocks allocated in
// advance.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// One thread at a time. Holds no descriptor between two calls, so that the file system can be unmounted.
class ReservedFile {
 public:
  // Each spare is a file `.<name>.spare-<n>` of `bytes` bytes in the folder of `path`.
  ReservedFile(std::string path, std::size_t bytes, mode_t mode);

  const std::string& path() const { return path_; }

  // Creates missing spares; they are fully written and on disk when it returns. Cheap when all exist. After
  // an error the existing spares remain.
  Result<> prepare();
  // Number of existing spares.
  int spares() const;

  // Writes `content` to a spare, padded with blanks before its last newline to the size of the spare, waits
  // for the disk, and renames it to `path`. Readers find the old content or the new one, also while the file
  // is still open somewhere: a spare that a reader has open is not written to. Needs neither blocks nor an
  // inode. Where the old file was a spare, it becomes one again. What is at `path` is replaced, not followed;
  // a folder there is an error.
  Result<> replace(std::string_view content);

  // Removes the spares; those that cannot be removed stay.
  void remove_spares();

 private:
  std::string spare(int number) const;
  bool is_spare(int fd) const;
  Result<> create(const std::string& path) const;
  Result<> use(int number, std::string_view content);

  std::string path_;
  std::size_t bytes_;
  mode_t mode_;
  int next_ = 0;  // the spare that is tried first: the one that was visible longest ago
};

// Removes the file at `path`; if its folder cannot be written, truncates it instead. Success if there is no
// file. After an error the file is unchanged.
Result<> withdraw_file(const std::string& path);

}  // namespace base
