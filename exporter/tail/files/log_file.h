// One open log file: its identity, whether it is still the same file, and its bytes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/os/clock.h"
#include "base/os/descriptor.h"
#include "base/result.h"

namespace exporter::tail {

std::uint64_t fnv1a(std::string_view bytes, std::uint64_t seed = 0xcbf29ce484222325ULL);

// A hash of a file's first bytes. It identifies the file when its inode has been reused, or when it was
// truncated and written again.
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

// Status of a regular file; nullopt when there is none. Follows symbolic links.
std::optional<FileStatus> status_of(const std::string& path);

// Descriptors that log files leave to the HTTP server, probes and the state; a quarter of all where there are
// few.
inline constexpr std::size_t kReservedDescriptors = 256;

// An open file. Not thread-safe. Every call may block on the file system.
class LogFile {
 public:
  // The error is an errno value. A symbolic link as the last part of the path is followed only when it
  // belongs to root, to this user or to the file's owner (EACCES otherwise): a user who may only write logs
  // must not be able to expose other files as logs. EMFILE when only kReservedDescriptors are left.
  static std::expected<LogFile, int> open(const std::string& path);

  std::optional<FileStatus> status() const;
  // When it was created; nullopt where the file system does not record that.
  std::optional<base::WallTime> born() const;
  // Of the first `size` bytes; nullopt when there are fewer.
  std::optional<Head> head(std::size_t size) const;
  // Of as many of the first Head::kMax bytes as there are.
  Head head() const;
  bool begins_with(const Head& head) const { return this->head(head.size) == head; }
  // The head extended to the bytes that exist now, for a file that begins with `head`; nullopt when it does
  // not.
  std::optional<Head> grown(const Head& head) const;
  // Up to buffer.size() bytes at `offset`; empty at the end. The error is an errno value.
  std::expected<std::string_view, int> read(std::string& buffer, std::uint64_t offset) const;
  // The offset of the next data after a hole at `offset`; `offset` itself when that is unknown.
  std::uint64_t after_hole(std::uint64_t offset) const;

 private:
  explicit LogFile(base::Descriptor fd) : fd_(std::move(fd)) {}
  base::Descriptor fd_;
};

// Whether the shorter of the two is the beginning of the longer, up to 64 KiB.
bool one_begins_the_other(const LogFile& one, const LogFile& other);

}  // namespace exporter::tail
