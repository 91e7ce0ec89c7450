#include "base/crypto/file_hash.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace base {
namespace {

constexpr std::size_t kPiece = 256 * 1024;

std::string reason(int error) { return std::generic_category().message(error); }

std::int64_t nanoseconds_of(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

}  // namespace

FileIdentity FileIdentity::of(const struct stat& status) {
  return {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
          nanoseconds_of(status.st_mtim), nanoseconds_of(status.st_ctim)};
}

Result<FileHash> FileHash::open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return fail("open {}: {}", path, reason(errno));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail("stat {}: {}", path, reason(errno));
  if (!S_ISREG(status.st_mode)) return fail("read {}: not a regular file", path);
  return FileHash(path, std::move(file), FileIdentity::of(status));
}

Result<> FileHash::unchanged() const {
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) return fail("stat {}: {}", path_, reason(errno));
  if (FileIdentity::of(status) != identity_)
    return fail("read {}: the file changed while it was read", path_);
  return {};
}

Result<bool> FileHash::step(std::size_t max_bytes) {
  buffer_.resize(kPiece);
  while (max_bytes > 0) {
    const ssize_t got = ::read(file_.get(), buffer_.data(), std::min(max_bytes, buffer_.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail("read {}: {}", path_, reason(errno));
    if (got == 0) {
      if (auto same = unchanged(); !same) return std::unexpected(same.error());
      return true;
    }
    const auto bytes = static_cast<std::size_t>(got);
    hash_.update({buffer_.data(), bytes});
    max_bytes -= bytes;
    read_ += bytes;
    // A file that grows as fast as it is read would never end.
    if (read_ > identity_.size) return fail("read {}: the file changed while it was read", path_);
  }
  return false;
}

Result<HashedFile> hash_file(const std::string& path) {
  auto file = FileHash::open(path);
  if (!file) return std::unexpected(file.error());
  if (auto done = file->step(std::numeric_limits<std::size_t>::max()); !done) {
    return std::unexpected(done.error());
  }
  return HashedFile{file->finish(), file->identity().size};
}

}  // namespace base
