// One log file as the file system has it: which it is, whether it is still the one it was, and its bytes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/result.h"

namespace exporter::tail {

std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed = 0xcbf29ce484222325ULL);

// A hash of a file's first bytes: what is left of its identity when its inode number has been used again, or
// when it was truncated and written anew.
struct Head {
  static constexpr std::size_t kMax = 1024;
  std::size_t size = 0;  // how many bytes are hashed; fewer than kMax while the file is short
  std::uint64_t hash = fnv1a({});
  bool operator==(const Head&) const = default;
};

struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Head head;
  bool same_inode(const FileId& other) const { return device == other.device && inode == other.inode; }
  // "device:inode:size:hash" in hexadecimal, and back.
  std::string str() const;
  static std::optional<FileId> parse(std::string_view text);
};

struct FileStatus {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::uint64_t links = 0;
  base::WallTime modified{};
};

// Of a regular file; nullopt when there is none. Follows symbolic links.
std::optional<FileStatus> status_of(const std::string& path);

// An open file. Not thread-safe. Every call may block on the file system.
class LogFile {
 public:
  // The error number when it cannot be opened. A symbolic link in the last place is followed when root, this
  // user or the file's own owner laid it (EACCES otherwise): who may only write logs must not have other
  // files shown as logs.
  static std::expected<LogFile, int> open(const std::string& path);

  std::optional<FileStatus> status() const;
  // When it was made; nullopt where the file system does not keep that.
  std::optional<base::WallTime> born() const;
  // Of the first `size` bytes; nullopt when there are fewer.
  std::optional<Head> head(std::size_t size) const;
  // Of as many of the first Head::kMax bytes as there are.
  Head head() const;
  bool begins_with(const Head& head) const { return this->head(head.size) == head; }
  // The head of a file that begins with `head`, of as many bytes as there are by now; nullopt when it does
  // not.
  std::optional<Head> grown(const Head& head) const;
  // Up to buffer.size() bytes at `offset`; empty at the end. A read error is an error number.
  std::expected<std::string_view, int> read(std::string& buffer, std::uint64_t offset) const;
  // Where after `offset` the file has data, past a hole; `offset` itself when it cannot be told.
  std::uint64_t after_hole(std::uint64_t offset) const;

 private:
  explicit LogFile(base::Descriptor fd) : fd_(std::move(fd)) {}
  base::Descriptor fd_;
};

// Whether the shorter of the two is how the longer begins, as far as 64 KiB.
bool one_begins_the_other(const LogFile& one, const LogFile& other);

}  // namespace exporter::tail
