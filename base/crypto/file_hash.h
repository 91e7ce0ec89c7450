// The SHA-256 of a file, computed in steps, and a cheap check whether a file has changed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/crypto/sha256.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace base {

// Equal identities mean equal content, as far as the file system knows: writing, replacing or re-dating a
// file changes its inode, its size or its ctime, which programs cannot set.
struct FileIdentity {
  dev_t device{};
  ino_t inode{};
  std::uint64_t size{};
  std::int64_t modified{};  // nanoseconds
  std::int64_t changed{};
  bool operator==(const FileIdentity&) const = default;

  static FileIdentity of(const struct stat& status);
};

// Hashes one file. One thread at a time. Blocks while reading.
class FileHash {
 public:
  // Regular files only; symbolic links are followed, and opening a FIFO does not wait.
  static Result<FileHash> open(const std::string& path);

  const FileIdentity& identity() const { return identity_; }
  // Reads up to `max_bytes` more; true at the end of the file. An error when the file cannot be read or has
  // changed since it was opened: then there is no valid hash.
  Result<bool> step(std::size_t max_bytes);
  // 64 lower-case hex digits; call only after step() has returned true.
  std::string finish() { return hash_.finish(); }

 private:
  FileHash(std::string path, Descriptor file, FileIdentity identity)
      : path_(std::move(path)), file_(std::move(file)), identity_(identity) {}
  Result<> unchanged() const;

  std::string path_;
  Descriptor file_;
  FileIdentity identity_;
  Sha256 hash_;
  std::uint64_t read_ = 0;
  std::vector<char> buffer_;
};

// Hashes the whole file at once.
struct HashedFile {
  std::string sha256;
  std::uint64_t size = 0;
};
Result<HashedFile> hash_file(const std::string& path);

}  // namespace base
