// The SHA-256 of a file, a piece at a time, and what tells that a file has changed without reading it.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "base/sha256.h"

namespace base {

// Two equal ones are one content, as far as the file system tells: whoever writes, replaces or re-dates a
// file changes its inode, its size, or the time of its last change, which nobody can set.
struct FileIdentity {
  dev_t device{};
  ino_t inode{};
  std::uint64_t size{};
  std::int64_t modified{};  // nanoseconds
  std::int64_t changed{};
  bool operator==(const FileIdentity&) const = default;

  static FileIdentity of(const struct stat& status);
};

// One file being hashed. One thread at a time. Blocks as reading does.
class FileHash {
 public:
  // Regular files only; symbolic links are followed, and opening a FIFO does not wait.
  static Result<FileHash> open(const std::string& path);

  const FileIdentity& identity() const { return identity_; }
  // Reads `max_bytes` more, or up to the end; whether that is reached. An error when the file cannot be read
  // or has changed since it was opened: then what was read says nothing.
  Result<bool> step(std::size_t max_bytes);
  // 64 lower-case hex digits, once step() has answered true.
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

// The whole of it at once.
struct HashedFile {
  std::string sha256;
  std::uint64_t size = 0;
};
Result<HashedFile> hash_file(const std::string& path);

}  // namespace base
